import type { Json } from '@duovir/protocol';
import type { Input } from '../playbook/input-schema.ts';
import type { InputProblem } from '../playbook/input-values.ts';
import { wordsOf, type Word } from './words.ts';

export interface FilledSlots {
  readonly inputs: Readonly<Record<string, Json>>;
  readonly problems: readonly InputProblem[];
}

const NUMBERS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
/** "two streaming replicas": so many words may stand between the number and what it counts. */
const COUNT_REACH = 2;
/** "port number is 6000" */
const LINKS = new Set(['number', 'is', 'to', 'at', 'of', 'no']);

/** Reads typed inputs out of a goal's words. A number that fills nothing is a problem: it must not be dropped silently. */
export function fillSlots(declared: Readonly<Record<string, Input>>, goal: string): FilledSlots {
  const inputs: Record<string, Json> = {};
  const problems: InputProblem[] = [];
  const put = (name: string, value: Json): void => {
    const before = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (before !== undefined && before !== value)
      problems.push({
        input: name,
        why: `The goal names two values, ${JSON.stringify(before)} and ${JSON.stringify(value)}.`,
      });
    inputs[name] = value;
  };
  const quotes = [...goal.matchAll(/`([^`\n]{1,4096})`/g)];
  const quoted = Object.entries(declared).find(([, { slot }]) => slot && 'quoted' in slot);
  if (quoted && quotes.length > 1) problems.push({ input: quoted[0], why: 'The goal quotes more than one command.' });
  else if (quoted && quotes[0]?.[1]) put(quoted[0], quotes[0][1].trim().split(/\s+/));
  const plain = quoted ? goal.replace(/`[^`\n]{1,4096}`/g, (quote) => ' '.repeat(quote.length)) : goal;

  const words = wordsOf(plain);
  const taken = new Set<number>();
  for (const { name, input, label } of labels(declared)) {
    for (let at = 0; at + label.length <= words.length; at += 1) {
      if (!label.every((part, offset) => words[at + offset]?.text === part && !taken.has(at + offset))) continue;
      const filled = valueAfter(plain, words, at + label.length, input);
      if (!filled) continue;
      put(name, filled.value);
      for (let index = at; index <= filled.last; index += 1) taken.add(index);
    }
  }
  for (const [name, { slot }] of Object.entries(declared)) {
    if (!slot || !('count' in slot)) continue;
    for (const [at, word] of words.entries()) {
      if (!slot.count.includes(word.text) || taken.has(at)) continue;
      const number = numberBefore(words, at, taken);
      if (!number) continue;
      put(name, number.value);
      taken.add(number.at).add(at);
    }
  }
  for (const [at, word] of words.entries())
    if (/^\d+$/.test(word.text) && !taken.has(at))
      problems.push({ input: word.text, why: `The goal says ${word.text}, which fills no input.` });
  return { inputs, problems };
}

interface Label {
  readonly name: string;
  readonly input: Input;
  readonly label: readonly string[];
}

/** Longest first: "upstream port" before "port". */
function labels(declared: Readonly<Record<string, Input>>): Label[] {
  return Object.entries(declared)
    .flatMap(([name, input]) =>
      input.slot && 'label' in input.slot
        ? input.slot.label.map((text) => ({ name, input, label: wordsOf(text).map((word) => word.text) }))
        : [],
    )
    .toSorted((left, right) => right.label.length - left.label.length);
}

function valueAfter(
  goal: string,
  words: readonly Word[],
  from: number,
  input: Input,
): { readonly value: Json; readonly last: number } | undefined {
  let at = from;
  while (LINKS.has(words[at]?.text ?? '')) at += 1;
  if (input.type === 'integer') {
    const value = words[at] && numberOf(words[at]?.text ?? '');
    return value === undefined ? undefined : { value, last: at };
  }
  if (input.type !== 'string') return undefined;
  const previous = words[at - 1];
  const rest = /^[\s:=]+(\S{1,512})/.exec(goal.slice(previous?.end ?? 0));
  const text = rest?.[1]?.replace(/[.,;!?]+$/, '');
  if (!text || (input.pattern !== undefined && !new RegExp(`^(?:${input.pattern})$`, 'u').test(text))) return undefined;
  const end = (previous?.end ?? 0) + (rest?.[0].length ?? 0);
  const last = words.findLastIndex((word) => word.start < end);
  return { value: text, last };
}

function numberBefore(
  words: readonly Word[],
  at: number,
  taken: ReadonlySet<number>,
): { readonly value: number; readonly at: number } | undefined {
  for (let index = at - 1; index >= Math.max(0, at - 1 - COUNT_REACH); index -= 1) {
    if (taken.has(index)) return undefined;
    const value = numberOf(words[index]?.text ?? '');
    if (value !== undefined) return { value, at: index };
  }
  return undefined;
}

function numberOf(text: string): number | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const named = NUMBERS.indexOf(text);
  return named < 0 ? undefined : named;
}
