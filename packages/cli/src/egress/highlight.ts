import { resemblancesIn } from '@duovir/protocol';
import { plainLines } from '../terminal/text.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Lines as they left, each plain for the terminal, with what stands for a value marked. */
export function highlightPlaceholders(terminal: Terminal, text: string): string[] {
  return plainLines(text).map((line) => {
    let shown = '';
    let from = 0;
    for (const { start, end } of resemblancesIn(line)) {
      shown += line.slice(from, start) + terminal.style('accent', line.slice(start, end));
      from = end;
    }
    return shown + line.slice(from);
  });
}
