import { envelopeBytes, type Envelope } from '@duovir/protocol';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Finding } from './finding.ts';
import { temporaryFolder } from './folder.fixture.ts';
import { openKeyRing, type PublishedKeys } from './keys-file.ts';
import { writeLog } from './log.fixture.ts';
import { Organisation, OTHER_RUN, RUN } from './organisation.fixture.ts';
import { exportLog } from './publish.ts';
import { RecordAuditor } from './record-audit.ts';
import { findingsOf } from './record.ts';
import { sealed } from './seal.fixture.ts';
import { Share } from './share.ts';
import { salted, Story } from './story.fixture.ts';
import { verifyLog } from './verify.ts';

const acme = new Organisation();
const RUNS = [RUN, OTHER_RUN, RUN.replaceAll('e', 'z'), OTHER_RUN.replaceAll('f', '7')];
let keys: PublishedKeys;
let told: readonly Envelope[];

/** One run that succeeds, and asks for the same permit as another one. */
async function tell(run: string, permit: string): Promise<Story> {
  const story = new Story(acme, { run });
  await story.ask();
  await story.propose();
  await story.freeze();
  await story.vote({ 'reviewer-security': {}, 'reviewer-reliability': {} });
  await story.decide();
  await story.permit({ permit });
  await story.execute({ permit });
  await story.attest('step');
  await story.attest('goal');
  await story.settle();
  return story;
}

beforeAll(async () => {
  keys = await acme.published();
  const log = new Story(acme);
  await log.start();
  const said = { person: 'ana', commitment: salted('why') };
  await log.say('stop', 'server', 'stop', acme.policyDigest, said, { run: 'duovir' });
  await log.say('lift', 'boris', 'stop-lift', log.digest('stop'), { person: 'boris' }, { run: 'duovir' });
  const shred = { person: 'ana', reason: 'erasure' } as const;
  await log.say('shred', 'server', 'blob-shred', salted('commitment'), shred, { run: 'duovir' });
  await log.say('unknown', 'server', 'blob-shred', salted('nothing'), shred, { run: 'duovir' });
  const read = { person: 'ana', what: 'ledger', run: null, origin: 'socket', withinSeconds: 300 } as const;
  for (const run of RUNS) await log.say(`read ${run}`, 'server', 'audit-read', acme.policyDigest, read, { run });
  const beat = { number: 1, intervalSeconds: 60, clock: 'unknown' } as const;
  await log.say('beat', 'server', 'heartbeat', log.digest('start'), beat, { run: RUN });
  const runs = await Promise.all(RUNS.map((run, at) => tell(run, `permit-${at % 3}`)));
  told = [...log.entries.values(), ...runs.flatMap(({ entries }) => [...entries.values()])];
});

/** What so many auditors find who share the log, each in this process. */
function shared(entries: readonly Envelope[], auditors: number): Finding[] {
  const judgements = Array.from({ length: auditors }, (_, part) => {
    const share = new Share(part, auditors);
    const ring = openKeyRing(keys.trustPolicies, keys.officer, keys.restores);
    const auditor = new RecordAuditor({ keys: ring, share, origin: acme.log.name, first: 0, anchors: [] });
    for (const [index, envelope] of entries.entries()) auditor.read(index, envelopeBytes(envelope));
    return auditor.finish();
  });
  return findingsOf(judgements, 0);
}

/** Entries left out, told twice, and in another order: almost nothing of it is right. */
const disorder = fc.record({
  weights: fc.array(fc.nat(3), { minLength: 80, maxLength: 80 }),
  places: fc.array(fc.nat(1_000_000), { minLength: 300, maxLength: 300 }),
});

function disordered({ weights, places }: { readonly weights: readonly number[]; readonly places: readonly number[] }) {
  return told
    .flatMap((one, at) => Array.from({ length: [1, 1, 0, 2][weights[at % weights.length] ?? 0] ?? 1 }, () => one))
    .map((one, at) => ({ one, place: at * 100_000 + (places[at % places.length] ?? 0) * 3 }))
    .toSorted((left, right) => left.place - right.place)
    .map(({ one }) => one);
}

test('however many share a log, they find the same, in the same order', () => {
  let found = 0;
  fc.assert(
    fc.property(disorder, (how) => {
      const entries = disordered(how);
      const alone = shared(entries, 1);
      found += alone.length;
      for (const auditors of [2, 3, 5]) expect(shared(entries, auditors)).toEqual(alone);
    }),
    { numRuns: 15 },
  );
  expect(found).toBeGreaterThan(100);
});

test('threads find what one finds alone, each entry is judged by one of them, and permits are unique over all runs', async () => {
  const folder = temporaryFolder();
  const entries = await sealed(acme, told, 'last');
  await exportLog(await writeLog(acme, entries), folder, keys);
  const [alone, ...others] = await Promise.all([0, 1, 3].map((workers) => verifyLog(folder, { workers })));
  const misfiled = Array.from({ length: RUNS.length + 1 }, () => 'entry-run');
  expect(alone?.findings.map(({ rule }) => rule)).toEqual([
    'blob-shred',
    'blob-shred',
    ...misfiled,
    'permit-unique',
    'permit-once',
  ]);
  for (const other of others) expect(other).toEqual(alone);
});
