import { envelopeDigest, trustPolicyDigest, type Envelope, type Predicate, type TrustPolicy } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { brokenRules } from './log.fixture.ts';
import { DECIDED_UNTIL, Organisation, TIME } from './organisation.fixture.ts';
import { rearranged } from './rearranged.fixture.ts';
import { soundRun, Story } from './story.fixture.ts';

const LATE = '2026-05-04T03:04:01.000Z';
/** Long enough before anything is executed that the runner knows of it. */
const EARLY = '2026-05-04T03:01:01.000Z';

/** Another policy takes the place of the newest, told by the server. */
async function change(
  acme: Organisation,
  next: TrustPolicy,
  departure: Partial<Predicate<'trust-policy'>> = {},
  time = EARLY,
): Promise<Envelope> {
  const { version, supersedes } = next;
  const previous = supersedes?.digest ?? null;
  const signature = envelopeDigest(await acme.signed(next));
  const told = { version, previous, signature, changes: [], ...departure };
  return acme.say('server', 'trust-policy', trustPolicyDigest(next), told, { run: 'duovir', time });
}

const names = (policy: TrustPolicy, ...without: string[]) =>
  policy.principals.filter(({ name }) => !without.includes(name));
const rulesOf = (acme: Organisation, story: ReadonlyMap<string, Envelope>) => brokenRules(acme, story.values());

test('what was decided under a policy is carried out under it when another one has come into force', async () => {
  const acme = new Organisation();
  const story = await soundRun(acme);
  const put = { change: await change(acme, acme.supersede({ organisation: 'Acme and sons' })) };
  for (const before of ['opinion reviewer-reliability 1', 'verdict', 'permit', 'receipt', 'settlement'])
    expect(await rulesOf(acme, rearranged(story, { before, put }))).toEqual([]);
});

test('what is decided under a policy that has just come into force is carried out at once', async () => {
  const acme = new Organisation();
  const start = (await soundRun(acme)).get('start')!;
  const next = acme.supersede({ organisation: 'Acme and sons' });
  const told = await soundRun(acme, {}, { trustPolicy: trustPolicyDigest(next) });
  const run = [...told].filter(([name]) => name !== 'start');
  const changed = await change(acme, next, {}, TIME);
  expect(await rulesOf(acme, new Map([['start', start], ['change', changed], ...run]))).toEqual([]);
});

test('a motion frozen under a policy that was no longer in force is found', async () => {
  const acme = new Organisation();
  const story = await soundRun(acme);
  const put = { change: await change(acme, acme.supersede({ organisation: 'Acme and sons' })) };
  expect(await rulesOf(acme, rearranged(story, { before: 'motion', put }))).toEqual(['motion-policy']);
});

test('what had been decided and was carried out too late is found; it may still be undone', async () => {
  const acme = new Organisation();
  const story = await soundRun(acme);
  const put = { change: await change(acme, acme.supersede({ organisation: 'Acme and sons' })) };
  const changed = rearranged(story, { before: 'receipt', put });
  expect(LATE > DECIDED_UNTIL && DECIDED_UNTIL > TIME).toBe(true);
  const later = new Story(acme);
  for (const [name, envelope] of changed) later.entries.set(name, envelope);
  await later.execute({ startedAt: LATE, endedAt: LATE });
  expect(await rulesOf(acme, later.entries)).toEqual(['policy-expired']);
  await later.permit({ purpose: 'compensate' });
  await later.execute({ purpose: 'compensate', startedAt: LATE, endedAt: LATE });
  expect(await rulesOf(acme, later.entries)).toEqual([]);
});

test('only the policy before may still be carried out', async () => {
  const acme = new Organisation();
  const story = await soundRun(acme);
  const put = {
    second: await change(acme, acme.supersede({ organisation: 'Acme and sons' })),
    third: await change(acme, acme.supersede({ organisation: 'Acme and daughters' })),
  };
  expect(await rulesOf(acme, rearranged(story, { before: 'receipt', put }))).toEqual(['policy-expired']);
});

test('an older policy, another version, another signature and a gap in the chain are found', async () => {
  const acme = new Organisation();
  const story = await soundRun(acme);
  const second = acme.supersede({ organisation: 'Acme and sons' });
  const third = acme.supersede({ organisation: 'Acme and daughters' });
  const start = story.get('start')!;
  const put = async (...changes: Promise<Envelope>[]) =>
    rearranged(story, {
      put: Object.fromEntries((await Promise.all(changes)).map((one, at) => [`change ${at}`, one])),
    });
  expect(await rulesOf(acme, await put(change(acme, second), change(acme, third)))).toEqual([]);
  expect(await rulesOf(acme, await put(change(acme, third)))).toEqual(['policy-chain']);
  expect(await rulesOf(acme, await put(change(acme, second, { previous: null })))).toEqual(['policy-chain']);
  expect(await rulesOf(acme, await put(change(acme, second, { version: 7 })))).toEqual(['policy-signature']);
  expect(await rulesOf(acme, await put(change(acme, second, { signature: acme.policyDigest })))).toEqual([
    'policy-signature',
  ]);
  expect(await rulesOf(acme, await put(change(acme, second), Promise.resolve(start)))).toEqual(['policy-downgrade']);
  acme.policies.pop();
  expect(await rulesOf(acme, await put(change(acme, second), change(acme, third)))).toEqual(['policy-unknown']);
});

test('who is enrolled, rotated and revoked is told in the log, and nothing else', async () => {
  const acme = new Organisation();
  const story = await soundRun(acme);
  const [last] = acme.policies;
  const old = acme.keyId('reviewer-security');
  const next = acme.supersede({
    principals: [
      ...names(last!, 'vera', 'reviewer-security'),
      acme.enrol('carla', 'person'),
      acme.enrol('reviewer-security', 'reviewer'),
    ],
  });
  const subject = trustPolicyDigest(next);
  const log = { run: 'duovir' };
  const carla = { principal: 'carla', role: 'person', group: 'carla', key: acme.keyId('carla') } as const;
  const rotated = { principal: 'reviewer-security', key: acme.keyId('reviewer-security'), previous: old };
  const put = {
    change: await change(acme, next),
    enrolled: await acme.say('server', 'principal-enrol', subject, carla, log),
    rotated: await acme.say('server', 'principal-rotate', subject, rotated, log),
    revoked: await acme.say('server', 'principal-revoke', subject, { principal: 'vera', key: acme.keyId('vera') }, log),
  };
  const told = rearranged(story, { put });
  expect(await rulesOf(acme, told)).toEqual([]);
  for (const entry of ['enrolled', 'rotated', 'revoked'])
    expect(await rulesOf(acme, rearranged(told, { without: [entry] }))).toEqual(['principal-change']);
  const again = await acme.say(
    'server',
    'principal-revoke',
    subject,
    { principal: 'ana', key: acme.keyId('ana') },
    log,
  );
  expect(await rulesOf(acme, rearranged(told, { put: { again } }))).toEqual(['principal-change']);
});

test('the policy under which the log was started may say whom it enrols', async () => {
  const acme = new Organisation();
  const story = await soundRun(acme);
  const ana = { principal: 'ana', role: 'person', group: 'ana', key: acme.keyId('ana') } as const;
  const enrolled = (told: Partial<Predicate<'principal-enrol'>> = {}, subject = acme.policyDigest) =>
    acme.say('server', 'principal-enrol', subject, { ...ana, ...told }, { run: 'duovir' });
  expect(await rulesOf(acme, rearranged(story, { put: { enrolled: await enrolled() } }))).toEqual([]);
  for (const wrong of [await enrolled({ role: 'runner' }), await enrolled({ key: 'ana/0123456789abcdef' })])
    expect(await rulesOf(acme, rearranged(story, { put: { wrong } }))).toEqual(['principal-change']);
  const other = await enrolled({}, trustPolicyDigest(acme.supersede({})));
  expect(await rulesOf(acme, rearranged(story, { put: { other } }))).toEqual(['principal-change']);
});

test('the server that tells of its own new key may do so with the old one, and no more', async () => {
  const acme = new Organisation();
  const story = await soundRun(acme);
  const previous = acme.keyId('server');
  const oldKey = acme.keys.get('server')!;
  const server = acme.enrol('server', 'server');
  const newKey = acme.keys.get('server')!;
  const next = acme.supersede({ principals: [...names(acme.policy, 'server'), server] });
  const rotated = { principal: 'server', key: acme.keyId('server'), previous };
  acme.keys.set('server', oldKey);
  const put = {
    change: await change(acme, next),
    rotated: await acme.say('server', 'principal-rotate', trustPolicyDigest(next), rotated, { run: 'duovir' }),
  };
  expect(await rulesOf(acme, rearranged(story, { put }))).toEqual([]);
  const stop = await acme.say('server', 'log-stop', acme.policyDigest, {}, { run: 'duovir' });
  expect(await rulesOf(acme, rearranged(story, { put: { ...put, stop } }))).toEqual(['principal']);
  acme.keys.set('server', newKey);
  const stopped = await acme.say('server', 'log-stop', acme.policyDigest, {}, { run: 'duovir' });
  expect(await rulesOf(acme, rearranged(story, { put: { ...put, stopped } }))).toEqual([]);
});

test('nothing is said with a key after it was taken back, and nothing is carried out that rests on it', async () => {
  const acme = new Organisation();
  const story = await soundRun(acme);
  const key = acme.keyId('reviewer-security');
  const next = acme.supersede({ principals: names(acme.policy, 'reviewer-security') });
  const revoked = { principal: 'reviewer-security', key };
  const put = {
    change: await change(acme, next),
    revoked: await acme.say('server', 'principal-revoke', trustPolicyDigest(next), revoked, { run: 'duovir' }),
  };
  expect(await rulesOf(acme, rearranged(story, { before: 'settlement', put }))).toEqual([]);
  expect(await rulesOf(acme, rearranged(story, { before: 'receipt', put }))).toEqual(['permit-revoked']);
  const early = rearranged(story, { before: 'opinion reviewer-security 1', put });
  expect(await rulesOf(acme, early)).toEqual(['principal', 'quorum', 'verdict-ballots']);
});

test('what the runner had begun before a change, and ended after it, was permitted when it began', async () => {
  const acme = new Organisation();
  const story = await soundRun(acme);
  const next = acme.supersede({
    principals: names(acme.policy, 'reviewer-security'),
    supersedes: { digest: acme.policyDigest, decidedUntil: EARLY },
  });
  const key = acme.keyId('reviewer-security');
  const revoked = await acme.say(
    'server',
    'principal-revoke',
    trustPolicyDigest(next),
    { principal: 'reviewer-security', key },
    { run: 'duovir' },
  );
  const told = async (time: string) =>
    rulesOf(
      acme,
      rearranged(story, { before: 'receipt', put: { change: await change(acme, next, {}, time), revoked } }),
    );
  expect(await told(TIME)).toEqual([]);
  expect(await told(EARLY)).toEqual(['permit-revoked', 'policy-expired']);
});
