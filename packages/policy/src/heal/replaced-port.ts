/** Numbers standing alone: not a part of a word, of another number or of an address. */
function standingAlone(port: number): RegExp {
  return new RegExp(String.raw`(?<![\w])(?<!\d\.)${port}(?![\w])(?!\.\d)`, 'g');
}

/** Whether `port` occurs in the text as a number of its own. */
export function mentionsPort(text: string, port: number): boolean {
  return standingAlone(port).test(text);
}

/**
 * Whether `next` is `previous` with some occurrences of one number replaced by the other, and no other byte changed.
 * Some, not all: the same number may stand for the port of somebody else.
 */
export function isPortReplaced(previous: string, next: string, from: number, to: number): boolean {
  const parts = previous.split(standingAlone(from));
  if (parts.length < 2) return false;
  let positions = new Set([0]);
  for (const [index, part] of parts.entries()) {
    const reached = new Set<number>();
    for (const position of positions)
      for (const number of index === 0 ? [''] : [String(from), String(to)])
        if (next.startsWith(number + part, position)) reached.add(position + number.length + part.length);
    positions = reached;
  }
  return positions.has(next.length);
}
