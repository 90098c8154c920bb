import { ServerError, type Flaw } from '../error.ts';

const DEEPEST = 32;
const OPENING = new Set(['{', '[']);
const CLOSING = new Set(['}', ']']);
// oxlint-disable-next-line no-control-regex -- the control characters are the point
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** Parses JSON from a stranger. Depth is counted before parsing: a parser must not meet what exhausts its stack. */
export function parseJsonText(text: string): unknown {
  if (depthOf(text) > DEEPEST) throw new ServerError('json-malformed', `The body is nested deeper than ${DEEPEST}.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ServerError('json-malformed', 'The body is not JSON.', cause);
  }
  const flaws = [...flawsIn(value, '')];
  if (flaws.length > 0)
    throw new ServerError('request-invalid', 'The body has values nobody can use.', undefined, flaws);
  return value;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isString) {
      if (character === '\\') at += 1;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (OPENING.has(character)) deepest = Math.max(deepest, (depth += 1));
    else if (CLOSING.has(character)) depth -= 1;
  }
  return deepest;
}

/** Values that would come out of a database, a terminal or a signature as something else than they went in. */
function* flawsIn(value: unknown, pointer: string): Generator<Flaw> {
  if (typeof value === 'string') {
    if (controls.test(value)) yield { pointer, message: 'has control characters' };
    if (!value.isWellFormed()) yield { pointer, message: 'has half a surrogate pair' };
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) yield { pointer, message: 'is too large for a number' };
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* flawsIn(item, `${pointer}/${index}`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      const below = `${pointer}/${escapePointer(name)}`;
      if (name === '__proto__' || controls.test(name) || !name.isWellFormed())
        yield {
          pointer: below.toWellFormed().replaceAll(new RegExp(controls, 'g'), '\uFFFD'),
          message: 'is not a field name',
        };
      else yield* flawsIn(item, below);
    }
  }
}

/** RFC 6901. */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
