import { AgentError, type DocumentPath } from '../error.ts';
import type { Json } from '@duovir/protocol';

/** What an expression may read. Nothing else exists in the language: no properties of objects' prototypes, no calls but `functions`. */
export type Scope = Readonly<Record<string, Json>>;

export type Expression =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'path'; readonly segments: readonly string[] }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly arguments: readonly Expression[] };

export type FunctionName = 'add' | 'eq' | 'integer' | 'join' | 'json' | 'not' | 'replace' | 'text';
const arity: Record<FunctionName, number> = {
  add: 2,
  eq: 2,
  integer: 1,
  join: 2,
  json: 1,
  not: 1,
  replace: 3,
  text: 1,
};
const TOKEN = /\s*(?:(?<number>-?\d{1,15})|'(?<string>[^']*)'|(?<word>[A-Za-z][A-Za-z0-9]*)|(?<mark>[.,()]))/y;
/** Deep enough for any playbook, shallow enough for every stack. */
const MAX_DEPTH = 16;

type Token = { readonly kind: 'number' | 'string' | 'word' | 'mark'; readonly text: string };

function tokens(text: string, path: DocumentPath): Token[] {
  const found: Token[] = [];
  const scanner = new RegExp(TOKEN);
  const end = text.trimEnd().length;
  while (scanner.lastIndex < end) {
    const groups = scanner.exec(text)?.groups;
    if (!groups) throw new AgentError('expression-invalid', `Cannot read the expression: ${text.trim()}`, path);
    for (const kind of ['number', 'string', 'word', 'mark'] as const) {
      const part = groups[kind];
      if (part !== undefined) found.push({ kind, text: part });
    }
  }
  return found;
}

/** Parses `inputs.port`, `'text'`, `5`, `true`, `join(inputs.argv, ' ')` and their nesting. */
export function parseExpression(text: string, path: DocumentPath = []): Expression {
  const queue = tokens(text, path);
  let position = 0;
  const fail = (what: string): never => {
    throw new AgentError('expression-invalid', `${what} in the expression: ${text.trim()}`, path);
  };
  const takeMark = (mark: string): boolean => {
    const token = queue[position];
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    position += 1;
    return true;
  };
  const parseArguments = (depth: number): Expression[] => {
    const list: Expression[] = [];
    if (takeMark(')')) return list;
    do list.push(parseValue(depth + 1));
    while (takeMark(','));
    if (!takeMark(')')) fail('A closing parenthesis is missing');
    return list;
  };
  const parseWord = (word: string, depth: number): Expression => {
    if (takeMark('(')) {
      if (!isFunctionName(word)) return fail(`There is no function ${word}`);
      const list = parseArguments(depth);
      if (list.length !== arity[word]) fail(`${word} takes ${arity[word]} arguments`);
      return { kind: 'call', name: word, arguments: list };
    }
    if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' };
    const segments = [word];
    while (takeMark('.')) {
      const next = queue[position];
      if (next?.kind !== 'word') return fail('A name is missing after the dot');
      segments.push(next.text);
      position += 1;
    }
    return { kind: 'path', segments };
  };
  const parseValue = (depth: number): Expression => {
    if (depth > MAX_DEPTH) fail('Too deep nesting');
    const token = queue[position];
    position += 1;
    if (!token) return fail('A value is missing');
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'string') return { kind: 'literal', value: token.text };
    if (token.kind === 'word') return parseWord(token.text, depth);
    return fail(`Unexpected ${token.text}`);
  };
  const expression = parseValue(0);
  if (position < queue.length) fail(`Unexpected ${queue[position]?.text ?? 'end'}`);
  return expression;
}

function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(arity, name);
}

/** Every path an expression reads, for checks that need no values. */
export function pathsOf(expression: Expression): readonly (readonly string[])[] {
  if (expression.kind === 'path') return [expression.segments];
  return expression.kind === 'call' ? expression.arguments.flatMap(pathsOf) : [];
}

export function evaluate(expression: Expression, scope: Scope, path: DocumentPath = []): Json {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'path':
      return lookUp(expression.segments, scope, path);
    case 'call':
      return callFunction(
        expression.name,
        expression.arguments.map((argument) => evaluate(argument, scope, path)),
        path,
      );
  }
}

function lookUp(segments: readonly string[], scope: Scope, path: DocumentPath): Json {
  let value: Json = scope;
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, segment))
      throw new AgentError('expression-invalid', `There is no ${segments.join('.')} here.`, path);
    value = (value as Readonly<Record<string, Json>>)[segment] ?? null;
  }
  return value;
}

function callFunction(name: FunctionName, values: readonly Json[], path: DocumentPath): Json {
  const [first = null, second = null, third = null] = values;
  const fail = (what: string): never => {
    throw new AgentError('expression-invalid', `${name} ${what}.`, path);
  };
  switch (name) {
    case 'add':
      return Number.isSafeInteger(first) && Number.isSafeInteger(second)
        ? Number(first) + Number(second)
        : fail('takes two integers');
    case 'eq':
      return JSON.stringify(first) === JSON.stringify(second);
    case 'integer':
      return typeof first === 'string' && /^\d{1,15}$/.test(first) ? Number(first) : fail('takes a string of digits');
    case 'join':
      return Array.isArray(first) && first.every((part) => typeof part === 'string') && typeof second === 'string'
        ? first.join(second)
        : fail('takes a list of strings and a separator');
    case 'json':
      return JSON.stringify(first);
    case 'not':
      return typeof first === 'boolean' ? !first : fail('takes a boolean');
    case 'text':
      return typeof first === 'number' ? String(first) : fail('takes a number');
    case 'replace':
      return (
        replaceAll(first, second, third) ?? fail('takes a string or a list of strings, a text and its replacement')
      );
  }
}

function replaceAll(value: Json, search: Json, replacement: Json): Json | undefined {
  if (typeof search !== 'string' || search === '') return undefined;
  if (typeof replacement !== 'string' && typeof replacement !== 'number') return undefined;
  const text = String(replacement);
  if (typeof value === 'string') return value.replaceAll(search, () => text);
  if (!Array.isArray(value)) return undefined;
  const parts = value.map((part: Json) => (typeof part === 'string' ? part.replaceAll(search, () => text) : undefined));
  return parts.includes(undefined) ? undefined : (parts as string[]);
}
