import type { Figure } from './figure.ts';

const HEADINGS = ['', 'what', 'measured', 'compared with', 'ratio', 'bar'];

/** The figures as aligned columns, numbers with three significant digits. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ ok, name, value, unit, comparedWith, ratio, bar }) => [
    ok ? '✓' : '✗',
    name,
    `${digits(value)} ${unit}`,
    typeof comparedWith === 'number' ? digits(comparedWith) : (comparedWith ?? '–'),
    ratio === null ? '–' : digits(ratio),
    String(bar),
  ]);
  const lines = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function digits(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
