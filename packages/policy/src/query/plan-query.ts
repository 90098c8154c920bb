import { placeholderFormsIn, type CheckedFinding, type Json, type Plan, type PlanQuery } from '@duovir/protocol';

/** As `pointer` cuts it: what such a pointer meant cannot be told any more. */
const CUT_AT = 256;

/**
 * Whether the plan has at this place what the claim says it has. `unknown` wherever the bytes do not decide: no pointer, a
 * place that does not exist, a value that is put in place of a placeholder only when it is executed (Invariant 6).
 */
export function evaluateQuery(plan: Plan, query: PlanQuery): CheckedFinding['outcome'] {
  const segments = segmentsOf(query.at);
  if (!segments || query.at.length >= CUT_AT) return 'unknown';
  const value = valueAt(plan, segments);
  if (query.is === 'absent') return value === undefined ? 'confirmed' : 'disproved';
  if (value === undefined) return 'unknown';
  const holds =
    query.is === 'equal' ? isSame(value, query.value) : leavesOf(value).some((leaf) => leaf.includes(query.text));
  if (holds) return 'confirmed';
  return leavesOf(value).some(hasPlaceholder) ? 'unknown' : 'disproved';
}

/** What the plan has at a JSON pointer (RFC 6901); undefined where it has nothing. */
export function atPointer(plan: Plan, at: string): Json | undefined {
  const segments = segmentsOf(at);
  return segments && valueAt(plan, segments);
}

function segmentsOf(at: string): readonly string[] | undefined {
  if (!at.startsWith('/') || /~(?![01])/.test(at)) return undefined;
  return at
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(plan: Plan, segments: readonly string[]): Json | undefined {
  let value: unknown = plan;
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null) return undefined;
    // A list has one name for each of its places: no `01`, no `length`.
    if (Array.isArray(value) ? !/^(?:0|[1-9]\d*)$/.test(segment) : !Object.hasOwn(value, segment)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[segment];
  }
  return value as Json | undefined;
}

/** As their canonical JSON would be, for every value there is. */
function isSame(left: Json, right: Json): boolean {
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) return left === right;
  const [lefts, rights] = [Object.entries(left), new Map<string, Json>(Object.entries(right))];
  if (Array.isArray(left) !== Array.isArray(right) || lefts.length !== rights.size) return false;
  return lefts.every(([name, value]) => {
    const other = rights.get(name);
    return other !== undefined && isSame(value, other);
  });
}

/** Every value below, as text; names of fields are no values. */
function leavesOf(value: Json): readonly string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.values(value).flatMap(leavesOf);
}

function hasPlaceholder(text: string): boolean {
  return placeholderFormsIn(text, 0).next().done === false;
}
