import { envelopeBytes, envelopeDigest, trustPolicyDigest, type Envelope } from '@duovir/protocol';
import { beforeAll, expect, test } from 'vitest';
import { formatCheckpoint } from './checkpoint.ts';
import { temporaryFolder } from './folder.fixture.ts';
import { Frontier } from './frontier.ts';
import { makeNoteKey } from './keys.fixture.ts';
import { writeLog } from './log.fixture.ts';
import { leafHash } from './merkle.ts';
import { logNoteSigner, type NoteSigner } from './note-signer.ts';
import { Organisation } from './organisation.fixture.ts';
import { exportLog } from './publish.ts';
import { keepCase } from './verifier-case.fixture.ts';
import { verifyLog } from './verify.ts';

const acme = new Organisation();
const log = { run: 'duovir' };
const [oldKey, newKey] = [acme.log, logNoteSigner(makeNoteKey(acme.log.name))];
let entries: readonly Envelope[];

const start = (trustPolicy: Organisation['policyDigest']) =>
  acme.say('server', 'log-start', trustPolicy, { trustPolicy }, log);

/** Started with the old log key; at 2 the policy names another, at 4 the server is started with it. */
beforeAll(async () => {
  const next = acme.supersede({ log: { origin: newKey.name, vkey: newKey.vkey } });
  const digest = trustPolicyDigest(next);
  const signature = envelopeDigest(await acme.signed(next));
  const change = { version: next.version, previous: acme.policyDigest, signature, changes: [] };
  const issued = { token: 'token-1', person: 'ana', issuer: 'ana', scopes: [], expiresAt: '2027-05-04T03:02:01.000Z' };
  const token = () => acme.say('server', 'token-issue', acme.policyDigest, issued, log);
  entries = [
    await start(acme.policyDigest),
    await token(),
    await acme.say('server', 'trust-policy', digest, change, log),
    await token(),
    await start(digest),
    await token(),
  ];
});

async function noteBy(signer: NoteSigner, size: number): Promise<string> {
  const frontier = new Frontier();
  for (const envelope of entries.slice(0, size)) frontier.append(leafHash(envelopeBytes(envelope)));
  const text = formatCheckpoint({ origin: signer.name, size, root: frontier.root() });
  return `${text}\n${await signer.signLine(text)}${await acme.witness.signLine(text)}`;
}

/** What is wrong with a log whose checkpoints of these sizes are signed so; the last one is the newest. */
async function findingsOf(...signed: readonly (readonly [number, NoteSigner])[]) {
  const notes = await Promise.all(signed.map(async ([size, signer]) => ({ size, note: await noteBy(signer, size) })));
  const newest = notes.at(-1)!;
  const written = await writeLog(acme, entries.slice(0, newest.size));
  const folder = temporaryFolder();
  await exportLog(
    {
      ...written,
      cosignedCheckpoint: () => Promise.resolve(newest),
      cosignedHistory: () => Promise.resolve(notes.slice(0, -1)),
    },
    folder,
    await acme.published(),
  );
  const verification = await verifyLog(folder, { officer: acme.officer.publicKey.toString('base64') });
  keepCase(folder, verification);
  return verification.findings.map(({ file, rule }) => ({ file, rule }));
}

const wrong = (file: string) => ({ file, rule: 'checkpoint-key' });

test('a log key counts from the policy that names it to the next start of the log', async () => {
  expect(await findingsOf([1, oldKey], [2, oldKey], [3, oldKey], [4, newKey], [5, newKey], [6, newKey])).toEqual([]);
  expect(await findingsOf([3, newKey], [4, oldKey])).toEqual([]);
});

test('a log key that is not yet in force, or no more, is found', async () => {
  expect(await findingsOf([1, newKey], [2, newKey], [6, newKey])).toEqual([
    wrong('checkpoints/1'),
    wrong('checkpoints/2'),
  ]);
  expect(await findingsOf([5, oldKey], [6, oldKey])).toEqual([wrong('checkpoint'), wrong('checkpoints/5')]);
});

test('a checkpoint by a key that no trust policy names is not believed at all', async () => {
  expect(await findingsOf([1, logNoteSigner(makeNoteKey(acme.log.name))], [6, newKey])).toEqual([
    { file: 'checkpoints/1', rule: 'checkpoint' },
  ]);
});
