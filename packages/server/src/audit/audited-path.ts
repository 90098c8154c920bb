import type { Audited } from '@duovir/protocol';

/** By the beginning of the path, so that no operation that is added there can be forgotten. */
const places: readonly (readonly [prefix: string, what: Audited])[] = [
  ['/v1/ledger', 'ledger'],
  ['/v1/evidence', 'evidence'],
  ['/v1/egress', 'egress'],
  ['/v1/why', 'why'],
];

/** What of the record an operation shows; undefined for what shows none of it. */
export function auditedAt(path: string): Audited | undefined {
  return places.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))?.[1];
}
