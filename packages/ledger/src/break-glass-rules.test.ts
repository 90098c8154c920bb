import type { Predicate } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { brokenRules } from './log.fixture.ts';
import { Organisation, TIME, type Name } from './organisation.fixture.ts';
import { salted, Story } from './story.fixture.ts';

const acme = new Organisation();
const UNTIL = '2026-05-04T03:32:01.000Z';
const log = { run: 'duovir' };

interface Emergency {
  readonly people?: readonly Name[];
  readonly second?: Partial<Predicate<'break-glass'>>;
  readonly time?: string;
  readonly end?: boolean;
  readonly receipt?: Partial<Predicate<'receipt'>>;
  readonly reviewer?: Partial<Predicate<'opinion'>>;
}

/** Two people break the glass together and carry a motion that one reviewer alone has judged. */
async function emergency({ people = ['boris', 'vera'], ...rest }: Emergency = {}): Promise<string[]> {
  const story = new Story(acme, { riskClass: 'R3' });
  await story.start();
  await story.ask();
  await story.propose();
  await story.freeze();
  await story.vote({ 'reviewer-security': rest.reviewer ?? {} });
  for (const [at, name] of people.entries()) {
    const grant = { grant: 'grant-1', until: UNTIL, classes: ['R3' as const], commitment: salted('reason') };
    const said = { ...grant, ...(at === 1 ? rest.second : {}) };
    await story.say(`glass ${name}`, name, 'break-glass', acme.policyDigest, said, { ...log, time: rest.time ?? TIME });
    await story.approve(name);
  }
  if (rest.end)
    await story.say('end', 'server', 'break-glass-end', acme.policyDigest, { grant: 'grant-1', person: 'ana' }, log);
  await story.decide({
    reason: 'verdict.glass-broken',
    breakGlass: people.map((name) => story.digest(`glass ${name}`)),
    counted: { reviewers: 1, approvals: 1, groups: 1 + people.length, people: people.length },
  });
  await story.permit();
  await story.execute(rest.receipt);
  return brokenRules(acme, story.entries.values());
}

test.each<[string, Emergency, string[]]>([
  ['two people break the glass together', {}, []],
  ['one person alone', { people: ['boris'] }, ['quorum']],
  ['the requester is one of them', { people: ['ana', 'boris'] }, ['quorum']],
  ['they have broken it for different emergencies', { second: { grant: 'grant-2' } }, ['break-glass-use', 'quorum']],
  ['one of them has broken it for another class', { second: { classes: ['R1'] } }, ['break-glass-use', 'quorum']],
  [
    'one of them breaks it for a class the policy does not allow',
    { second: { classes: ['R3', 'R2'] } },
    ['break-glass'],
  ],
  ['one of them breaks it for longer than an hour', { second: { until: '2026-05-04T04:02:02.000Z' } }, ['break-glass']],
  ['the time of one is over', { second: { until: '2026-05-04T03:02:00.000Z' } }, ['break-glass-use', 'quorum']],
  ['it was ended before', { end: true }, ['break-glass-use', 'quorum']],
  [
    'it is carried out too late',
    { receipt: { startedAt: '2026-05-04T03:32:02.000Z' } },
    ['break-glass-use', 'permit-expired'],
  ],
  [
    'a veto stays one',
    {
      reviewer: {
        verdict: 'reject',
        findings: [{ id: 'x', rule: 'x', severity: 'critical', step: null, evidenced: true }],
      },
    },
    ['veto'],
  ],
])('%s', async (_, change, rules) => {
  expect(await emergency(change)).toEqual(rules);
});
