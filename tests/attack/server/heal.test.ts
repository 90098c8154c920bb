import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf, planDigest, type Digest, type ExecuteRequest, type Plan } from '@duovir/protocol';
import type { RunnerErrorCode } from '@duovir/runner';
import { chain, type Deviation } from '../permit/chain.ts';
import { newRunId, planFor } from '../permit/plan.fixture.ts';
import { besiege, forging, type Siege } from './siege.ts';

let siege: Siege;
/** A run of the attacker's own, in which everything was in order. */
let other: Digest;
beforeAll(async () => {
  siege = await besiege();
  const run = newRunId();
  await siege.execute(await chain(siege, { run }));
  other = planDigest(planFor(run));
});
afterAll(() => siege.end());

/** The smallest change there is: another port. */
const patched =
  (port: number, more: (plan: Plan) => Plan = (plan) => plan) =>
  (plan: Plan): Plan =>
    more({
      ...plan,
      revision: plan.revision + 1,
      salt: 'fedcba9876543210fedcba9876543210',
      source: { ...plan.source, inputs: { ...plan.source.inputs, port } },
    });

interface Heal {
  readonly plan?: (plan: Plan) => Plan;
  readonly previous?: Digest | null;
  readonly envelope?: string | null;
}

const heal = ({ plan = patched(5434), previous, envelope = 'database-port' }: Heal = {}): Deviation => ({
  run: siege.victim,
  step: 'mark',
  planner: 'healer',
  plan,
  motion: (motion) => ({
    ...motion,
    kind: 'heal',
    envelope,
    previous: previous === undefined ? planDigest(planFor(siege.victim)) : previous,
  }),
});
const attack = (how?: Heal): Promise<ExecuteRequest> => chain(siege, heal(how));

const changing =
  (change: (step: Plan['steps'][number]) => Plan['steps'][number]) =>
  (plan: Plan): Plan => ({ ...plan, steps: plan.steps.map(change) });
const writing = changing((step) =>
  step.call.action === 'file.write@1'
    ? { ...step, call: { ...step.call, with: { ...step.call.with, content: 'something else' } } }
    : step,
);
const widening = changing((step) =>
  step.call.action === 'sandbox.open@1'
    ? {
        ...step,
        call: {
          ...step.call,
          with: { ...step.call.with, limits: { ...step.call.with.limits, memoryBytes: 536_870_912 } },
        },
      }
    : step,
);
const lookingAway = changing((step) => ({
  ...step,
  verify: step.verify.map((probe) =>
    probe.action === 'file.probe@1' ? { ...probe, expect: { exists: false } } : probe,
  ),
}));

const attacks: readonly (readonly [string, RunnerErrorCode, () => Promise<ExecuteRequest>])[] = [
  [
    'Invariant 5: a plan of the server passed off as a heal of one that never was',
    'heal-unfounded',
    () => attack({ previous: digestOf('a plan nobody has carried') }),
  ],
  ['Invariant 5: a heal of nothing', 'heal-unfounded', () => attack({ previous: null })],
  [
    'Invariant 5: a heal of a plan that was carried out in another run',
    'heal-unfounded',
    () => attack({ previous: other }),
  ],
  ['Invariant 5: a heal that is no healer’s', 'plan-forged', () => chain(siege, { ...heal(), planner: 'planner' })],
  [
    'Invariant 5: a heal that the server has signed in the healer’s name',
    'plan-forged',
    () => chain(forging(siege, 'healer'), heal()),
  ],
  [
    'Invariant 5: a heal that writes something else as well',
    'heal-unfounded',
    () => attack({ plan: patched(5434, writing) }),
  ],
  ['Invariant 5: a heal that widens its limits', 'heal-unfounded', () => attack({ plan: patched(5434, widening) })],
  [
    'Invariant 5: a heal that makes its probes look away',
    'heal-unfounded',
    () => attack({ plan: patched(5434, lookingAway) }),
  ],
  [
    'Invariant 5: a heal that adds a step',
    'heal-unfounded',
    () => {
      const adding = (plan: Plan): Plan => ({
        ...plan,
        steps: plan.steps.flatMap((step) => (step.id === 'mark' ? [step, { ...step, id: 'mark-again' }] : [step])),
      });
      return attack({ plan: patched(5434, adding) });
    },
  ],
  [
    'Invariant 5: a heal that moves to another environment',
    'heal-unfounded',
    () =>
      chain(siege, {
        ...heal({ plan: patched(5434, (plan) => ({ ...plan, environment: 'staging' })) }),
        people: ['bob'],
      }),
  ],
  [
    'Invariant 5: a heal that is not the next revision',
    'heal-unfounded',
    () => attack({ plan: patched(5434, (plan) => ({ ...plan, revision: 9 })) }),
  ],
  ['Invariant 5: a heal outside its range', 'envelope-exceeded', () => attack({ plan: patched(6000) })],
  ['Invariant 5: a heal without an envelope', 'envelope-exceeded', () => attack({ envelope: null })],
  [
    'Invariant 5: a heal in an envelope that the officer has not signed',
    'envelope-exceeded',
    () => attack({ envelope: 'anything-goes' }),
  ],
  [
    'Invariant 5: a plan that invokes an envelope',
    'envelope-exceeded',
    () =>
      chain(siege, {
        run: siege.victim,
        step: 'mark',
        motion: (motion) => ({ ...motion, envelope: 'database-port' }),
      }),
  ],
];

test.each(attacks)('%s: %s', async (_, code, request) => {
  await siege.refused(await request(), code);
});

test('Invariant 5: heals are done as often as the officer allows, and no oftener', async () => {
  const first = patched(5434)(planFor(siege.victim));
  const second = patched(5435)(first);
  const third = patched(5436)(second);
  const healed = (plan: Plan, previous: Plan, step = 'count'): Promise<ExecuteRequest> =>
    chain(siege, { ...heal({ plan: () => plan, previous: planDigest(previous) }), step });
  for (const request of [await healed(first, planFor(siege.victim)), await healed(second, first)])
    expect(await siege.execute(request)).toMatchObject({ kind: 'receipt' });
  await siege.refused(await healed(third, second), 'envelope-exceeded');
  // Another patch of the first plan is one more as well.
  await siege.refused(await healed(patched(5437)(planFor(siege.victim)), planFor(siege.victim)), 'envelope-exceeded');
});
