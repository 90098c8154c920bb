import type { Step } from '@duovir/protocol';

type Node = Pick<Step, 'id' | 'needs'>;

/** Ids of steps that lie on a circle of needs, or after one: none of them could ever start. */
export function cyclicSteps(steps: readonly Node[]): string[] {
  let waiting = [...steps];
  const known = new Set(steps.map(({ id }) => id));
  const done = new Set<string>();
  for (;;) {
    const ready = waiting.filter(({ needs }) => needs.every((need) => done.has(need) || !known.has(need)));
    if (ready.length === 0) return waiting.map(({ id }) => id);
    for (const { id } of ready) done.add(id);
    waiting = waiting.filter(({ id }) => !done.has(id));
  }
}

/** Everything a step needs, directly or through others. Circles end the walk. */
export function needsOf(steps: readonly Node[], id: string): ReadonlySet<string> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const found = new Set<string>();
  const open = [...(byId.get(id)?.needs ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(byId.get(next)?.needs ?? []));
  }
  return found;
}
