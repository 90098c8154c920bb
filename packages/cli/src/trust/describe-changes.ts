import type { TrustChange } from '@duovir/policy';
import { line, span, type Line, type Span } from '../progress/line.ts';
import { lineDifference } from './line-difference.ts';

const signs = {
  added: { text: '+', style: 'good' },
  removed: { text: '-', style: 'bad' },
  changed: { text: '~', style: 'warn' },
} as const satisfies Record<TrustChange['change'], Span>;

/** What differs between two policies, under the part of the policy in which it does. */
export function describeChanges(changes: readonly TrustChange[]): Line[] {
  if (changes.length === 0) return [line(0, span('Nothing differs.', 'quiet'))];
  const parts = Map.groupBy(changes, ({ at }) => at.split('/')[1] ?? '');
  return [...parts].flatMap(([part, inPart]) => [line(0, span(part, 'strong')), ...inPart.flatMap(describe)]);
}

function describe(change: TrustChange): Line[] {
  const { at, change: kind, before, after } = change;
  const place = span(
    at.split('/').slice(2).join('/').replaceAll('~1', '/').replaceAll('~0', '~') || at.slice(1),
    'plain',
  );
  if (isText(before) && isText(after)) return [line(1, signs[kind], place), ...textLines(before, after)];
  if (kind === 'changed')
    return [{ ...line(1, signs[kind], place), body: { ...span(`${words(before)} → ${words(after)}`), lines: 4 } }];
  const style = signs[kind].style;
  return [
    { ...line(1, signs[kind], place), body: { ...span(words(kind === 'added' ? after : before), style), lines: 6 } },
  ];
}

/** Policies in Cedar, say: line by line. */
function textLines(before: string, after: string): Line[] {
  return lineDifference(before.split('\n'), after.split('\n'))
    .filter(({ kind }) => kind !== 'same')
    .map(({ kind, line: text }) => {
      const sign = kind === 'added' ? signs.added : signs.removed;
      return line(2, sign, span(text, sign.style));
    });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.includes('\n');
}

/** A value in few words: `role person, roles operator, approver`. */
function words(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(words).join(', ');
  if (value === null) return 'none';
  if (typeof value !== 'object') return typeof value === 'string' ? value : JSON.stringify(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${words(inner)}`)
    .join(', ');
}
