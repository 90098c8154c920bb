import { parse } from 'ini';
import { Unreadable, leavesOf, scalarOf, type Tree } from './tree.ts';

const SECTION = /^\[[^\]\\[]{1,200}\]$/;
/** No comment behind a value: programs disagree about whether there can be one. */
const SETTING = /^[A-Za-z0-9_.-]+(?:\[\])?\s*(?:=\s*[^;#\\]*)?$/;

/** Throws `Unreadable` for every line that is neither section, setting nor comment, and for a setting that stands twice. */
export function readIni(text: string): Tree {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const seen = new Set<string>();
  let section = '';
  let settings = 0;
  for (const line of lines) {
    if (line === '' || /^[;#]/.test(line)) continue;
    if (SECTION.test(line)) section = line;
    else if (!SETTING.test(line)) throw new Unreadable('not INI');
    const isSection = line.startsWith('[');
    const name = isSection ? line : `${section}${line.split('=')[0]?.trim() ?? ''}`;
    if ((isSection || !name.endsWith('[]')) && seen.has(name)) throw new Unreadable('a setting stands twice');
    seen.add(name);
    if (!isSection) settings += 1;
  }
  const tree = treeOfIni(parse(text));
  // The library leaves out what would be no property of its own, and lets a section take the place of a setting.
  if (leavesOf(tree).length !== settings) throw new Unreadable('a setting is hidden by another');
  return tree;
}

function treeOfIni(value: unknown): Tree {
  if (typeof value === 'string') return scalarOf(value);
  if (typeof value === 'boolean') return value;
  // `ini` reads the word as nothing; whose file it is may not.
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.map(treeOfIni);
  if (typeof value === 'object') return new Map(Object.entries(value).map(([name, child]) => [name, treeOfIni(child)]));
  throw new Unreadable('not INI');
}
