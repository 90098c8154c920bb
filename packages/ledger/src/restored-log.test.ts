import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, envelopeDigest, type Envelope, type RestoreDecision } from '@duovir/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { writeLog } from './log.fixture.ts';
import { Organisation, TIME } from './organisation.fixture.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { exportLog } from './publish.ts';
import { signRestore } from './restore.ts';
import { salted, soundRun } from './story.fixture.ts';
import { keepCase } from './verifier-case.fixture.ts';
import { verifyLog } from './verify.ts';

const acme = new Organisation();
const officer = acme.officer.publicKey.toString('base64');
/** Entries that the backup still had; and how many there had been. */
const [SIZE, LOST] = [6, 9];
let decision: RestoreDecision;
let before: readonly Envelope[];
let lost: string;

/** The log before the loss, with every checkpoint that anybody kept of it. */
beforeAll(async () => {
  const story = await soundRun(acme);
  before = [...story.values()].slice(0, LOST);
  const log = await writeLog(acme, before, [4, SIZE, 7, 8]);
  lost = mkdtempSync(join(tmpdir(), 'ledger-'));
  await exportLog(log, lost, await acme.published());
  const { root } = parseCheckpoint((await log.cosignedCheckpoint()).note);
  decision = {
    apiVersion: 'duovir/v1',
    kind: 'RestoreDecision',
    origin: acme.log.name,
    size: SIZE,
    lost: LOST,
    lostRoot: `sha256:${root.toString('hex')}`,
    decidedAt: TIME,
  };
});

afterAll(() => rmSync(lost, { recursive: true, force: true }));

interface Telling {
  readonly signed?: Partial<RestoreDecision>;
  readonly told?: Partial<Record<'size' | 'lost', number>> & { readonly lostRoot?: RestoreDecision['lostRoot'] };
  readonly by?: Organisation['officer'];
  readonly at?: number;
  readonly publish?: boolean;
}

/** The log after it went on from the backup, beside the checkpoints of what is lost. */
async function restored({ signed, told, by = acme.officer, at = SIZE, publish = true }: Telling = {}): Promise<string> {
  const decided = { ...decision, ...signed };
  const envelope = await signRestore(by.signer, decided);
  const { size, lost: until, lostRoot } = decided;
  const said = { size, lost: until, lostRoot, signature: envelopeDigest(envelope), ...told };
  const restore = await acme.say('server', 'log-restore', digestOf(decided), said, { run: 'duovir' });
  const stop = await acme.say('server', 'log-stop', acme.policyDigest, {}, { run: 'duovir' });
  const folder = temporaryFolder();
  const entries = [...before.slice(0, SIZE), stop, stop, stop, stop].toSpliced(at, 0, restore);
  const keys = await acme.published();
  await exportLog(await writeLog(acme, entries), folder, { ...keys, restores: publish ? [envelope] : [] });
  for (const name of ['4', String(SIZE), '7', '8'])
    cpSync(join(lost, 'checkpoints', name), join(folder, 'checkpoints', name));
  cpSync(join(lost, 'checkpoint'), join(folder, `checkpoints/${LOST}`));
  return folder;
}

async function findingsOf(folder: string) {
  const verification = await verifyLog(folder, { officer });
  keepCase(folder, verification);
  return verification;
}

test('a log that went on from a backup, as the officer has decided, verifies and says what is lost', async () => {
  const { ok, findings, remarks } = await findingsOf(await restored());
  expect(findings).toEqual([]);
  expect(ok).toBe(true);
  expect(remarks).toContainEqual(expect.objectContaining({ entry: SIZE, rule: 'log-restore' }));
});

const allLost = ['checkpoints/7', 'checkpoints/8', 'checkpoints/9'].map((file) => ({ file, rule: 'checkpoint-root' }));

test.each<[string, Telling]>([
  ['another size', { told: { size: SIZE - 1 } }],
  ['more lost', { told: { lost: LOST + 10 } }],
  ['another root', { told: { lostRoot: salted('root') } }],
  ['another log', { signed: { origin: 'log.example/other' } }],
  ['another place', { at: SIZE + 2 }],
])('a loss that was decided otherwise, %s, excuses nothing', async (_, telling) => {
  const { findings } = await findingsOf(await restored(telling));
  const at = telling.at ?? SIZE;
  expect(findings).toMatchObject([...allLost, { entry: at, rule: 'log-restore' }]);
});

test('a decision that the officer has not signed, or that is not there, excuses nothing', async () => {
  const forged = await findingsOf(await restored({ by: new Organisation().officer }));
  expect(forged.findings).toMatchObject([{ file: 'keys.json', rule: 'keys' }]);
  const missing = await findingsOf(await restored({ publish: false }));
  expect(missing.findings).toMatchObject([...allLost, { entry: SIZE, rule: 'log-restore' }]);
});

test('no more is excused than was decided: what stands before the loss, and the very checkpoint that was decided about', async () => {
  const smaller = await findingsOf(await restored({ signed: { lost: 8 } }));
  // At 8 another root was decided about, and 9 is beyond it.
  expect(smaller.findings).toMatchObject([
    { file: 'checkpoints/8', rule: 'checkpoint-root' },
    { file: 'checkpoints/9', rule: 'checkpoint-root' },
  ]);
});
