import type { SensitiveSpan } from './finding.ts';

/** The findings in order and free of overlaps: what overlaps is one, named after its most precise part. */
export function mergeSpans(spans: readonly SensitiveSpan[]): SensitiveSpan[] {
  const merged: SensitiveSpan[] = [];
  for (const span of spans.toSorted((left, right) => left.start - right.start || right.end - left.end)) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) merged.push(span);
    else merged[merged.length - 1] = join(last, span);
  }
  return merged;
}

function join(first: SensitiveSpan, second: SensitiveSpan): SensitiveSpan {
  const name = rank(second) > rank(first) ? second : first;
  return { ...name, start: first.start, end: Math.max(first.end, second.end) };
}

function rank({ tier, start, end }: SensitiveSpan): number {
  // Within a tier the longer finding knows more.
  return (tier === 'block' ? 1e9 : 0) + end - start;
}
