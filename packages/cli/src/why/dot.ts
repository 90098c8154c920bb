import { whyValueText, type WhyAnswer, type WhyLink } from '@duovir/protocol';
import { plainText } from '../terminal/text.ts';
import type { CheckedAnswer } from './check-answer.ts';
import { placeOf } from './describe-answer.ts';
import { relationOf } from './relation.ts';

const LONGEST = 160;
const WIDTH = 40;

/** The chain for graphviz: what each node rests on is below it. Words of others are labels and nothing else (Invariant 10). */
export function dotOf(answer: WhyAnswer, checked: CheckedAnswer | undefined): string {
  const wrong = new Set(checked?.problems.map(({ link }) => link));
  const nodes = answer.chain.map(
    (link, place) => `  n${place} [label=${quoted(labelOf(link))}, ${lookOf(link, wrong.has(place))}];`,
  );
  const edges = answer.chain.flatMap(({ kind, of }, place) => {
    const above = of === null ? undefined : answer.chain[of];
    return above ? [`  n${of} -> n${place} [label=${quoted(relationOf(kind, above.kind))}];`] : [];
  });
  return [
    'digraph why {',
    `  label=${quoted(`${placeOf(answer)} = ${whyValueText(answer.value)}`)};`,
    '  labelloc=t; rankdir=TB;',
    '  node [shape=box, style="rounded", fontname="sans-serif", fontsize=10];',
    '  edge [fontname="sans-serif", fontsize=9];',
    ...nodes,
    ...edges,
    '}',
    '',
  ].join('\n');
}

function labelOf({ kind, principal, entry, text }: WhyLink): string {
  const words = plainText(text);
  const cut = words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
  const lines = cut.match(new RegExp(`.{1,${WIDTH}}(?: |$)|.{${WIDTH}}`, 'gu')) ?? [];
  return [
    `${kind} by ${principal}${entry === null ? '' : `, entry ${entry}`}`,
    ...lines.map((line) => line.trim()),
  ].join('\n');
}

function lookOf({ mark }: WhyLink, isWrong: boolean): string {
  if (isWrong) return 'color="red", penwidth=3';
  if (mark === 'dissent' || mark === 'rejected') return 'color="firebrick"';
  return mark === null ? 'color="black"' : 'color="darkorange"';
}

/** A quoted string of the DOT language: a backslash in it would be an escape of graphviz. */
function quoted(text: string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
  return `"${escaped}"`;
}
