import { collect } from './repeated.ts';
import { Unreadable, scalarOf, type Tree } from './tree.ts';

/** Directives of which every one counts. */
const COUNTED = new Set([
  'save',
  'include',
  'loadmodule',
  'rename-command',
  'user',
  'client-output-buffer-limit',
  'oom-score-adj-values',
  'sentinel',
]);

const WORD = /"((?:[^"\\]|\\["\\])*)"|'((?:[^'\\]|\\')*)'|([^\s"'\\]+)/y;

/** `redis.conf`: a directive and its words on each line. Throws `Unreadable`. */
export function readRedisConf(text: string): Tree {
  const settings = text.split(/\r?\n/).flatMap((line): (readonly [string, Tree])[] => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const [name = '', ...words] = wordsOf(trimmed);
    if (words.length === 0) throw new Unreadable('a directive without a value');
    return [[name.toLowerCase(), scalarOf(words.join(' '))]];
  });
  return collect(settings, (name) => (COUNTED.has(name) ? 'all' : 'last'));
}

function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < line.length;) {
    WORD.lastIndex = at;
    const match = WORD.exec(line);
    if (!match) throw new Unreadable('not a line of redis.conf');
    const [whole, double, single, bare] = match;
    at += whole.length;
    const space = /\s*/y;
    space.lastIndex = at;
    const gap = space.exec(line)?.[0].length ?? 0;
    // A quote that ends in the middle of a word is an error of Redis, too.
    if (gap === 0 && at < line.length) throw new Unreadable('not a line of redis.conf');
    at += gap;
    words.push(bare ?? (double ?? single ?? '').replaceAll(/\\(["'\\])/g, '$1'));
  }
  return words;
}
