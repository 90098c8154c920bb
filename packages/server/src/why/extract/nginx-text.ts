import { NginxParser } from 'nginx-conf';
import type { ValuePath } from '@duovir/protocol';
import { Unreadable, scalarOf, type Leaf } from './tree.ts';

type Node = Parameters<NonNullable<Parameters<NginxParser['parse']>[1]>>[1] & object;

/**
 * nginx: a directive by the blocks around it. A block goes by what is written behind its name (`location /`), by its position
 * where several are alike. Throws `Unreadable`.
 */
export function readNginx(text: string): Leaf[] {
  assertClosed(text);
  let root: Node | undefined;
  let failure: Error | null = null;
  new NginxParser().parse(text, (error, tree) => {
    failure = error;
    root = tree;
  });
  if (failure !== null || !root) throw new Unreadable('not a configuration of nginx', { cause: failure });
  return leavesIn(root, [], []);
}

const TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?<=^|[\s;{}])#[^\n]*|\$\{\w+\}|[;{}]|[^\s;{}"']+/gs;

/** The parser forgives what nginx does not, and leaves out what it could not place. */
function assertClosed(text: string): void {
  let depth = 0;
  let isEnded = true;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith('#')) continue;
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    if (depth < 0 || (token === '}' && !isEnded) || (token === ';' && isEnded))
      throw new Unreadable('a directive or a block is not closed');
    isEnded = token === ';' || token === '{' || token === '}';
  }
  if (depth !== 0 || !isEnded) throw new Unreadable('a directive or a block is not closed');
}

const MOST_LEAVES = 2000;
const DEEPEST = 32;

function leavesIn(block: Node, path: ValuePath, position: ValuePath): Leaf[] {
  if (path.length > DEEPEST) throw new Unreadable('too deep');
  const children = block.children ?? [];
  if (children.length > MOST_LEAVES) throw new Unreadable('too much of it');
  const places = placesOf(children);
  const leaves = children.flatMap((child, at): Leaf[] => {
    const place = places[at] ?? { path: [], position: [] };
    const inner = { path: [...path, ...place.path], position: [...position, ...place.position] };
    if (child.isBlock) return leavesIn(child, inner.path, inner.position);
    return [{ ...inner, value: scalarOf(wordsOf(child)) }];
  });
  if (leaves.length > MOST_LEAVES) throw new Unreadable('too much of it');
  return leaves;
}

function placesOf(children: readonly Node[]): { readonly path: ValuePath; readonly position: ValuePath }[] {
  const labels = children.map((child) => `${child.name}\n${child.isBlock ? wordsOf(child) : ''}`);
  return children.map((child, at) => {
    const { name } = child;
    const words = child.isBlock ? wordsOf(child) : '';
    const alike = children.flatMap((other, place) => (other.name === name ? [place] : []));
    const number = `${alike.indexOf(at)}`;
    const isOnly = labels.filter((label) => label === labels[at]).length === 1;
    const position = alike.length === 1 ? [name] : [name, number];
    return { path: words !== '' && isOnly ? [name, words] : position, position };
  });
}

function wordsOf({ name, value, isVerbatim }: Node): string {
  if (name === '' || isVerbatim) throw new Unreadable('a block of another language');
  const words = value.trim();
  if (!/[\n\r]/.test(words)) return words;
  if (/["']/.test(words)) throw new Unreadable('a text over several lines');
  return words.replaceAll(/\s+/g, ' ');
}
