/**
 * What patterns of signatures may be. They run over output that an attacker may have written, so nothing that can
 * backtrack without bound is allowed (threat: a log line that stops the healer).
 */
const MAX_PATTERN = 512;
const MAX_UNBOUNDED = 4;

/** Undefined when the pattern is acceptable. */
export function whyPatternRefused(source: string): string | undefined {
  if (source.length > MAX_PATTERN) return `it is longer than ${MAX_PATTERN} characters`;
  try {
    void new RegExp(source, 'mu');
  } catch (error) {
    return error instanceof Error ? error.message : 'it is no regular expression';
  }
  if (/\\[1-9]|\\k</.test(source)) return 'it refers back to a group';
  if (/\(\?<[!=]/.test(source)) return 'it looks behind';
  return whyUnbounded(source);
}

interface Group {
  repeats: boolean;
  unbounded: boolean;
}

/** Walks the pattern: no unbounded repetition inside a repeated group, and only a few at all. */
function whyUnbounded(source: string): string | undefined {
  const groups: Group[] = [];
  let closed: Group | undefined;
  let unbounded = 0;
  for (let index = 0; index < source.length; index += 1) {
    const character = source[index];
    if (character === '\\') {
      index += 1;
      closed = undefined;
    } else if (character === '[') {
      index = endOfClass(source, index);
      closed = undefined;
    } else if (character === '(') {
      groups.push({ repeats: false, unbounded: false });
      closed = undefined;
    } else if (character === ')') {
      closed = groups.pop();
      const outer = groups.at(-1);
      if (outer && closed?.repeats) outer.repeats = true;
      if (outer && closed?.unbounded) outer.unbounded = true;
    } else if (isRepetition(source, index)) {
      const open = isUnbounded(source, index);
      if (closed?.unbounded || (open && closed?.repeats)) return 'a repetition stands inside a repeated group';
      if (open) unbounded += 1;
      const outer = groups.at(-1);
      if (outer) outer.repeats = true;
      if (outer && open) outer.unbounded = true;
      closed = undefined;
    } else closed = undefined;
  }
  return unbounded > MAX_UNBOUNDED ? `it has more than ${MAX_UNBOUNDED} unbounded repetitions` : undefined;
}

function endOfClass(source: string, from: number): number {
  for (let index = from + 1; index < source.length; index += 1) {
    if (source[index] === '\\') index += 1;
    else if (source[index] === ']') return index;
  }
  return source.length;
}

/** `*`, `+` and `{n,m}`; a lone `?` repeats nothing. */
function isRepetition(source: string, index: number): boolean {
  const character = source[index];
  return character === '*' || character === '+' || (character === '{' && /^\{\d+(?:,\d*)?\}/.test(source.slice(index)));
}

function isUnbounded(source: string, index: number): boolean {
  return source[index] !== '{' || /^\{\d+,\}/.test(source.slice(index));
}
