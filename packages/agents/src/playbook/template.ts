import type { Json } from '@duovir/protocol';
import { AgentError, type DocumentPath } from '../error.ts';
import { evaluate, parseExpression, pathsOf, type Expression, type Scope } from './expression.ts';

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly expression: Expression };

const OPEN = '${{';
const CLOSE = '}}';

function partsOf(template: string, path: DocumentPath): Part[] {
  const parts: Part[] = [];
  let position = 0;
  for (;;) {
    const open = template.indexOf(OPEN, position);
    const text = template.slice(position, open < 0 ? undefined : open);
    if (text) parts.push({ kind: 'text', text });
    if (open < 0) return parts;
    const close = closingOf(template, open + OPEN.length);
    if (close < 0) throw new AgentError('expression-invalid', `An expression is not closed with ${CLOSE}.`, path);
    parts.push({ kind: 'expression', expression: parseExpression(template.slice(open + OPEN.length, close), path) });
    position = close + CLOSE.length;
  }
}

/** The first `}}` outside of quotes. */
function closingOf(template: string, from: number): number {
  let quoted = false;
  for (let index = from; index < template.length; index += 1) {
    if (template[index] === "'") quoted = !quoted;
    else if (!quoted && template.startsWith(CLOSE, index)) return index;
  }
  return -1;
}

/** Renders `${{ … }}` in one string. A string that is one whole expression keeps the type of its value. */
export function renderText(template: string, scope: Scope, path: DocumentPath = []): Json {
  const parts = partsOf(template, path);
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'expression') return evaluate(only.expression, scope, path);
  return parts
    .map((part) => (part.kind === 'text' ? part.text : plainText(evaluate(part.expression, scope, path), path)))
    .join('');
}

function plainText(value: Json, path: DocumentPath): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new AgentError(
    'expression-invalid',
    'Only strings, numbers and booleans can stand inside a text; use json() or join().',
    path,
  );
}

/** Renders every string of a document, once: what a value brings along is never rendered again. */
export function renderValue(value: Json, scope: Scope, path: DocumentPath = []): Json {
  if (typeof value === 'string') return renderText(value, scope, path);
  if (Array.isArray(value)) return value.map((part: Json, index) => renderValue(part, scope, [...path, index]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, renderValue(part, scope, [...path, key])]),
  );
}

export interface Reference {
  readonly segments: readonly string[];
  readonly path: DocumentPath;
}

/** Every path that the expressions of a document read, with its place. Throws where one cannot be parsed. */
export function referencesOf(value: unknown, path: DocumentPath = []): Reference[] {
  if (typeof value === 'string')
    return partsOf(value, path)
      .flatMap((part) => (part.kind === 'expression' ? pathsOf(part.expression) : []))
      .map((segments) => ({ segments, path }));
  if (Array.isArray(value)) return value.flatMap((part, index) => referencesOf(part, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => referencesOf(part, [...path, key]));
}
