import type { Chain } from './chain.ts';
import { findingAt, type Finding } from './finding.ts';

/** Where one permit id occurs. */
export interface PermitUse {
  readonly kind: 'permit' | 'receipt';
  readonly permit: string;
  readonly index: number;
}

export function permitUsesOf(chain: Chain): PermitUse[] {
  return (['permit', 'receipt'] as const).flatMap((kind) =>
    chain.all(kind).map(({ index, statement }) => ({ kind, permit: statement.predicate.permit, index })),
  );
}

/** No id is given to two permits and none is used twice, in whichever runs (Invariants 1 and 11). */
export function permitUseFindings(uses: readonly PermitUse[]): Finding[] {
  const known = { permit: new Set<string>(), receipt: new Set<string>() };
  return uses
    .toSorted((left, right) => left.index - right.index)
    .flatMap(({ kind, permit, index }) => {
      const isFirst = !known[kind].has(permit);
      known[kind].add(permit);
      if (isFirst) return [];
      return kind === 'permit'
        ? [findingAt({ index }, 'permit-unique', 'Two permits have the same id.')]
        : [findingAt({ index }, 'permit-once', 'This permit was already used.')];
    });
}
