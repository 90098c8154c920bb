import { collect } from './repeated.ts';
import { Unreadable, scalarOf, type Tree } from './tree.ts';

/** A name, `=` or a space, and a value in quotes or without any space in it. */
const SETTING = /^\s*([A-Za-z_][\w.]*)(?:\s*=\s*|\s+)(?:'((?:[^'\\]|''|\\['\\])*)'|([^\s'#=]+))\s*(?:#.*)?$/;
const NOTHING = /^\s*(?:#.*)?$/;

/** Directives that read other files: each of them counts. */
const INCLUDE = /^include(?:_if_exists|_dir)?$/;

/** `postgresql.conf`: names in any case, and the last of a name counts. Throws `Unreadable`. */
export function readPostgresqlConf(text: string): Tree {
  const settings = text.split(/\r?\n/).flatMap((line): (readonly [string, Tree])[] => {
    if (NOTHING.test(line)) return [];
    const [, name, quoted, bare] = SETTING.exec(line) ?? [];
    if (name === undefined) throw new Unreadable('not a line of postgresql.conf');
    const value = quoted === undefined ? (bare ?? '') : quoted.replaceAll("''", "'").replaceAll(/\\(['\\])/g, '$1');
    return [[name.toLowerCase(), scalarOf(value)]];
  });
  return collect(settings, (name) => (INCLUDE.test(name) ? 'all' : 'last'));
}
