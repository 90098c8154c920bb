import { beforeEach, expect, test } from 'vitest';
import { Organisation } from './organisation.fixture.ts';
import { LostLog, type Telling } from './restored-log.fixture.ts';
import { salted } from './story.fixture.ts';
import { keepCase } from './verifier-case.fixture.ts';
import { verifyLog } from './verify.ts';

const acme = new Organisation();
const officer = acme.officer.publicKey.toString('base64');
/** Entries that the backup still had; and how many there had been. */
const [SIZE, LOST] = [6, 9];
let lost: LostLog;

beforeEach(async () => {
  lost = await LostLog.write(acme, SIZE, LOST);
});

async function findingsOf(folder: string) {
  const verification = await verifyLog(folder, { officer });
  keepCase(folder, verification);
  return verification;
}

test('a log that went on from a backup, as the officer has decided, verifies and says what is lost', async () => {
  const { ok, findings, remarks } = await findingsOf(await lost.restored());
  expect(findings).toEqual([]);
  expect(ok).toBe(true);
  expect(remarks).toContainEqual(expect.objectContaining({ entry: SIZE, rule: 'log-restore' }));
});

const allLost = ['checkpoints/7', 'checkpoints/8', 'checkpoints/9'].map((file) => ({ file, rule: 'checkpoint-root' }));

test.each<[string, Telling]>([
  ['another size', { told: { size: SIZE - 1 } }],
  ['more lost', { told: { lost: LOST + 10 } }],
  ['another root', { told: { lostRoot: salted('root') } }],
  ['other entries left', { told: { root: salted('root') } }],
  ['other entries left, as is told', { signed: { root: salted('root') } }],
  ['another log', { signed: { origin: 'log.example/other' } }],
  ['another place', { at: SIZE + 2 }],
])('a loss that was decided otherwise, %s, excuses nothing', async (_, telling) => {
  const { findings, remarks } = await findingsOf(await lost.restored(telling));
  const at = telling.at ?? SIZE;
  expect(findings).toHaveLength(allLost.length + 1);
  expect(findings).toMatchObject([...allLost, { entry: at, rule: 'log-restore' }]);
  expect(remarks.map(({ rule }) => rule)).not.toContain('log-restore');
});

test('a decision that the officer has not signed, or that is not there, excuses nothing', async () => {
  const forged = await findingsOf(await lost.restored({ by: new Organisation().officer }));
  expect(forged.findings).toMatchObject([{ file: 'keys.json', rule: 'keys' }]);
  const missing = await findingsOf(await lost.restored({ publish: false }));
  expect(missing.findings).toMatchObject([...allLost, { entry: SIZE, rule: 'log-restore' }]);
});

test('no more is excused than was decided: what stands before the loss, and the very checkpoint that was decided about', async () => {
  const smaller = await findingsOf(await lost.restored({ signed: { lost: 8 } }));
  // At 8 another root was decided about, and 9 is beyond it.
  expect(smaller.findings).toMatchObject([
    { file: 'checkpoints/8', rule: 'checkpoint-root' },
    { file: 'checkpoints/9', rule: 'checkpoint-root' },
  ]);
});

test('Invariant 9: entries that were rewritten along with a restore are found by who kept no checkpoint', async () => {
  const { ok, findings } = await findingsOf(await lost.restored({ rewritten: true, kept: false }));
  expect(ok).toBe(false);
  expect(findings).toMatchObject([{ entry: SIZE, rule: 'log-restore' }]);
});

test('where nothing of what the entries say is looked at, a decision about other entries excuses nothing either', async () => {
  const structure = async (telling: Telling) =>
    (await verifyLog(await lost.restored(telling), { officer, signatures: false })).findings;
  expect(await structure({})).toEqual([]);
  expect(await structure({ signed: { root: salted('root') } })).toMatchObject(allLost);
});
