import { afterAll, beforeAll, expect, test } from 'vitest';
import { intentDigest, signStatement, type ExecuteRequest, type Grounds } from '@duovir/protocol';
import type { RunnerErrorCode } from '@duovir/runner';
import { chain, type Deviation } from '../permit/chain.ts';
import { newRunId } from '../permit/plan.fixture.ts';
import { besiege, forging, MARKER, type Siege } from './siege.ts';

let siege: Siege;
beforeAll(async () => {
  siege = await besiege();
});
afterAll(() => siege.end());

const onVictim = (deviation: Deviation = {}): Deviation => ({ run: siege.victim, step: 'mark', ...deviation });
const attack = (deviation: Deviation = {}): Promise<ExecuteRequest> => chain(siege, onVictim(deviation));
const asked =
  (change: Partial<Grounds['request']>) =>
  (request: Grounds['request']): Grounds['request'] => ({ ...request, ...change });
const wanted =
  (change: Partial<Grounds['request']['request']>) =>
  (request: Grounds['request']): Grounds['request'] => ({ ...request, request: { ...request.request, ...change } });

/** A server that asks for something nobody has asked for, all else being signed by whom it should be. */
const attacks: readonly (readonly [string, RunnerErrorCode, () => Promise<ExecuteRequest>])[] = [
  [
    'Invariant 2: a request in somebody’s name without that person’s word',
    'intent-missing',
    () => attack({ intentBy: null }),
  ],
  [
    'Invariant 2: a request in somebody’s name, signed by the server in that name',
    'intent-forged',
    () => chain(forging(siege, 'alice'), onVictim()),
  ],
  [
    'Invariant 2: a request in somebody’s name, signed by the server in its own',
    'intent-forged',
    () => attack({ intentBy: 'server' }),
  ],
  [
    'Invariant 2: a request in the name of a person with the word of another',
    'intent-forged',
    () => attack({ intentBy: 'bob' }),
  ],
  [
    'Invariant 2: a request by somebody whom the server has made up',
    'requester-unknown',
    () => attack({ requester: 'mallory', intentBy: null }),
  ],
  [
    'Invariant 2: a request by an agent',
    'requester-unknown',
    () => attack({ requester: 'attestor', intentBy: 'alice' }),
  ],
  [
    'Invariant 2: the requester exchanged, so that whoever asked may approve',
    'intent-forged',
    () =>
      attack({
        requester: 'bob',
        intentBy: 'alice',
        intended: asked({ requester: 'alice' }),
        people: ['alice'],
      }),
  ],
  [
    'Invariant 2: the requester exchanged, and the intent left out',
    'intent-missing',
    () => attack({ requester: 'bob', intentBy: null, people: ['alice'] }),
  ],
  [
    'Invariant 1: a word that somebody has given for another run',
    'intent-forged',
    () => attack({ intended: asked({ run: newRunId() }) }),
  ],
  [
    'Invariant 4: another goal than the one asked for',
    'intent-forged',
    () => attack({ intended: wanted({ goal: 'Look, and touch nothing' }) }),
  ],
  [
    'Invariant 4: another goal told to planner and reviewers than the one asked for',
    'request-foreign',
    () => attack({ request: wanted({ goal: 'Look, and touch nothing' }) }),
  ],
  [
    'Invariant 4: other inputs than those asked for',
    'intent-forged',
    () => attack({ intended: wanted({ inputs: { port: 6000 } }) }),
  ],
  [
    'Invariant 4: other inputs told to the planner than those asked for',
    'check-denied',
    () => attack({ request: wanted({ inputs: { port: 6000 } }) }),
  ],
  [
    'Invariant 4: an environment made harmless, so that no person is needed',
    'check-denied',
    () => attack({ request: wanted({ environment: 'production' }) }),
  ],
  [
    'Invariant 4: cardholder data made harmless, so that fewer people are needed',
    'check-denied',
    () => attack({ request: wanted({ dataClass: 'cardholder' }) }),
  ],
];

test.each(attacks)('%s: %s', async (_, code, request) => {
  await siege.refused(await request(), code);
});

test('Invariant 1: an intent is no other statement of the same person about the same thing', async () => {
  const request = await attack({ people: ['bob'] });
  const approval = await signStatement(siege.signer('alice'), {
    kind: 'approval',
    run: siege.victim,
    time: new Date().toISOString(),
    subject: intentDigest(request.request),
    predicate: { verdict: 'approve', trustPolicy: siege.digest },
  });
  await siege.refused({ ...request, intent: approval }, 'intent-forged');
});

test('what was really asked for is done, by the same server', async () => {
  const event = await siege.execute(await attack());
  expect(event).toMatchObject({ kind: 'receipt' });
  expect(await siege.isThere(MARKER)).toBe(true);
});
