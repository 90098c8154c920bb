import { cell, sourcesOf, stringsIn, type Source } from './source.ts';

const CONSEQUENCES = ['retry', 'refuse', 'ask-person'];
const UNION = /ErrorCode =([^;]*);/g;
/** A row of a table from code to consequence, remedy, or both. */
const ROW = /^ {2}'?([a-z][a-z0-9-]*)'?:\s*(\[[\s\S]*?\]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"),$/gm;

export interface ErrorRow {
  readonly code: string;
  readonly consequence: string;
  readonly remedy: string;
}

/** Every error code of every package: what a program does about it, and what a person does. */
export function errorReference(root: string): string {
  const byPackage = Map.groupBy(sourcesOf(root, '**/error.ts'), ({ packageName }) => packageName);
  const sections = [...byPackage].map(([name, sources]) => `## ${name}\n\n${tableOf(sources.flatMap(errorRows))}`);
  return `${HEADER}\n${sections.join('\n')}`;
}

const HEADER = `# Error codes

Written by \`npm run reference\` from the sources; do not edit. \`retry\`: the same call may succeed later. \`refuse\`: it
will not. \`ask-person\`: somebody has to change something first. Where the remedy depends on the case, the message brings it.
`;

export function errorRows({ text }: Pick<Source, 'text'>): readonly ErrorRow[] {
  const rows = new Map<string, ErrorRow>();
  const change = (code: string, words: readonly string[]): void => {
    const known = rows.get(code) ?? { code, consequence: 'refuse', remedy: '' };
    const consequence = words.find((word) => CONSEQUENCES.includes(word)) ?? known.consequence;
    const remedy = words.find((word) => word.includes(' ')) ?? known.remedy;
    rows.set(code, { code, consequence, remedy });
  };
  const uncommented = text.replaceAll(/\/\*[\s\S]*?\*\//g, '');
  for (const [, union = ''] of uncommented.matchAll(UNION)) for (const code of stringsIn(union)) change(code, []);
  for (const [, code = '', value = ''] of uncommented.matchAll(ROW)) change(code, stringsIn(value));
  return [...rows.values()].toSorted((left, right) => (left.code < right.code ? -1 : 1));
}

function tableOf(rows: readonly ErrorRow[]): string {
  const lines = rows.map(
    ({ code, consequence, remedy }) => `| \`${code}\` | ${consequence} | ${cell(remedy) || '–'} |`,
  );
  return ['| code | consequence | remedy |', '|---|---|---|', ...lines, ''].join('\n');
}
