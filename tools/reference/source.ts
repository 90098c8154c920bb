import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Source {
  readonly packageName: string;
  readonly text: string;
}

/** Product sources that match a pattern below packages/, in a stable order. */
export function sourcesOf(root: string, pattern: string): readonly Source[] {
  return globSync(`packages/*/src/${pattern}`, { cwd: root })
    .filter((path) => !/[.](test|fixture)[.]ts$|[/]fixtures[/]/.test(path))
    .toSorted()
    .map((path) => ({ packageName: path.split('/')[1] ?? '', text: readFileSync(join(root, path), 'utf8') }));
}

const STRING = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g;

/** The string literals in a piece of source; what a template inserts becomes an ellipsis. */
export function stringsIn(code: string): readonly string[] {
  return [...code.matchAll(STRING)].map(([, single, double, template]) =>
    (single ?? double ?? template ?? '').replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '…').replaceAll(/\\(.)/g, '$1'),
  );
}

/** Text that may stand in a cell of a Markdown table. */
export const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
