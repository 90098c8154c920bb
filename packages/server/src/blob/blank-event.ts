import * as z from 'zod';
import { runEventSchema, type RunEvent } from '@duovir/protocol';

/** What of a JSON Schema says whether a value can hold words. */
interface Node {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
}

/** A pattern that takes one of these takes what people write; ids, names and digests do not. */
const WORDS = ['My password: hunter2', '/home/ann/notes', '4111111111111111'];

let eventSchema: Node | undefined;

/**
 * The event without words, by the schema of events, so that a field that is added there is blank here. Undefined where nothing
 * would be left that is still an event.
 */
export function blankEvent(event: RunEvent, blank: string): RunEvent | undefined {
  eventSchema ??= z.toJSONSchema(runEventSchema) as Node;
  const node = branchFor(event, eventSchema);
  return runEventSchema.safeParse({ ...event, body: blanked(event.body, node?.properties?.['body'] ?? {}, blank) })
    .data;
}

function blanked(value: unknown, node: Node, blank: string): unknown {
  if (value === null || isClosed(value, node)) return value;
  if (Array.isArray(value) && node.items) return blankedItems(value, node.items, blank);
  if (isRecord(value) && node.type === 'object') return blankedFields(value, node, blank);
  const branch = branchFor(value, node);
  return branch ? blanked(value, branch, blank) : blank;
}

function blankedItems(items: readonly unknown[], node: Node, blank: string): unknown[] {
  // What an item is made of is words, too, where there are several kinds: probes and queries name what they look at.
  return node.oneOf ? [] : items.map((item) => blanked(item, node, blank));
}

/** Names of a record are words; a field that may be missing is, unless it is closed. */
function blankedFields(value: Record<string, unknown>, { properties, required }: Node, blank: string): object {
  const fields = Object.entries(properties ?? {}).filter(([name]) => Object.hasOwn(value, name));
  const kept = fields.filter(([name, node]) => required?.includes(name) === true || isClosed(value[name], node));
  return Object.fromEntries(kept.map(([name, node]) => [name, blanked(value[name], node, blank)]));
}

function branchFor(value: unknown, { oneOf, anyOf }: Node): Node | undefined {
  return (oneOf ?? anyOf)?.find(({ type, properties }) => {
    if (type !== 'object') return typeof value === (type === 'integer' ? 'number' : type);
    return isRecord(value) && Object.entries(properties ?? {}).every(([name, field]) => isSame(value[name], field));
  });
}

function isSame(value: unknown, { const: expected }: Node): boolean {
  return expected === undefined || value === expected;
}

/** A value of which the schema says what it can be at most. */
function isClosed(value: unknown, { type, const: expected, enum: values, pattern }: Node): boolean {
  if (expected !== undefined) return value === expected;
  if (values) return values.includes(value);
  switch (typeof value) {
    case 'string':
      return (
        type === 'string' && pattern !== undefined && WORDS.every((words) => !new RegExp(pattern, 'u').test(words))
      );
    case 'number':
      return type === 'number' || type === 'integer';
    case 'boolean':
      return type === 'boolean';
    default:
      return false;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
