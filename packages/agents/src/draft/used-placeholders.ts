import { canonicalJson, type BoundPlaceholder, type Plan } from '@duovir/protocol';

/** The plan with those of the known placeholders listed that it really uses: the runner puts back no others. */
export function withPlaceholders(plan: Plan, known: readonly BoundPlaceholder[]): Plan {
  const { placeholders: _before, ...bare } = plan;
  const text = canonicalJson(bare);
  const used = new Map(
    known.filter(({ placeholder }) => text.includes(placeholder)).map((bound) => [bound.placeholder, bound]),
  );
  if (used.size === 0) return bare;
  return { ...bare, placeholders: [...used.values()].toSorted(byPlaceholder) };
}

function byPlaceholder(left: BoundPlaceholder, right: BoundPlaceholder): number {
  return left.placeholder < right.placeholder ? -1 : 1;
}
