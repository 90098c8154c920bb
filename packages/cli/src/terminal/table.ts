import { fitText, plainText, textWidth } from './text.ts';
import type { Style, Terminal } from './terminal.ts';

export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

/** Columns as wide as their content; the last one takes what is left and is cut to the terminal. */
export function writeTable(terminal: Terminal, heads: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const cells = rows.map((row) => row.map((cell) => ({ ...cell, text: plainText(cell.text) })));
  const widths = heads.map((head, column) =>
    Math.max(textWidth(head), ...cells.map((row) => textWidth(row[column]?.text ?? ''))),
  );
  const line = (row: readonly Cell[]): string => {
    let left = terminal.columns;
    return row
      .map((cell, column) => {
        const isLast = column === row.length - 1;
        const text = fitText(cell.text, isLast ? Math.max(left, 8) : (widths[column] ?? 0));
        left -= (widths[column] ?? 0) + 2;
        const padding = isLast ? '' : ' '.repeat((widths[column] ?? 0) - textWidth(text) + 2);
        return terminal.style(cell.style ?? 'plain', text) + padding;
      })
      .join('')
      .trimEnd();
  };
  terminal.write(`${line(heads.map((text) => ({ text, style: 'quiet' })))}\n`);
  for (const row of cells) terminal.write(`${line(row)}\n`);
}
