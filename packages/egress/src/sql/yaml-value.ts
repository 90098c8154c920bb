const heads = /^([ \t]*)((?:- +)*)((?:"[^"\n]*"|'[^'\n]*'|[\w./-]+): +)?["'|>]?$/;
const nextLine = /\n([ \t]*)(-(?=[ \n])|[\w./-]+:(?=[ \n]|$)|#|[}\]]|---)/g;
const LONGEST_HEAD = 256;

/** Where a value of YAML ends: before a line that is no deeper than what the value belongs to and looks like another entry. */
export function yamlValueEnd(text: string, start: number, limit: number): number | undefined {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  if (start - lineStart > LONGEST_HEAD) return undefined;
  const head = heads.exec(text.slice(lineStart, start));
  if (!head) return undefined;
  const [, indent = '', dashes = '', key = ''] = head;
  const hung = indent.length + dashes.length;
  // A line of a block is as deep as the whole block, and an entry of a list deeper than its dash.
  const deepest = key === '' ? hung - 1 : hung;
  if (deepest < 0) return undefined;
  for (const { index, 1: depth = '' } of text.slice(start, limit).matchAll(nextLine))
    if (depth.length <= deepest) return start + index;
  return undefined;
}
