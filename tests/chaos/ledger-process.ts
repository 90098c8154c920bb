// Appends to the ledger of the installation at argv[2], in the database of argv[3], until killed: many writers at once, each
// entry acknowledged on standard output, while the log is published, exported and, where a new policy waits, given a new key.
import { existsSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  exportLog,
  logNoteSigner,
  PostgresLog,
  Publisher,
  WitnessClient,
  type LedgerError,
  type NewEntry,
  type PublishedKeys,
} from '@duovir/ledger';
import {
  historyFile,
  historyVersions,
  loadPublicKey,
  loadSigner,
  loadTrustPolicy,
  placeTrustPolicy,
  stateDirectory,
  type TrustedPolicy,
} from '@duovir/principal';
import {
  digestOfBytes,
  envelopeBytes,
  parseEnvelope,
  signStatement,
  type Digest,
  type EntryKind,
  type Predicate,
} from '@duovir/protocol';
import { LOG, STAGED, logKeyFolder } from './ledger-place.ts';

const [root = '', connectionString = '', round = ''] = process.argv.slice(2);
const WRITERS = 8;
const ENTRIES = 60;
const RETRY_MS = 20;

const state = stateDirectory(root);
const officer = loadPublicKey(state.officer);
const server = loadSigner(state.principal('server'), 'server');
const say = (word: string): void => void writeSync(1, `${word}\n`);

function versions(): TrustedPolicy[] {
  return historyVersions(state.trustPolicy).map((version) =>
    loadTrustPolicy(historyFile(state.trustPolicy, version), officer),
  );
}

async function keys(): Promise<PublishedKeys> {
  const files = historyVersions(state.trustPolicy).map((version) => historyFile(state.trustPolicy, version));
  // In the ledger before it is in its place.
  if (existsSync(join(root, STAGED))) files.push(join(root, STAGED));
  const texts = new Set(files.map((file) => readFileSync(file, 'utf8').trim()));
  return { officer, trustPolicies: [...texts].map((text) => parseEnvelope(Buffer.from(text))), restores: [] };
}

/** With the key of the policy that is in its place; the newest checkpoint may still be signed with one before it. */
async function open(): Promise<PostgresLog> {
  const { policy } = loadTrustPolicy(state.trustPolicy, officer);
  const signer = loadSigner(logKeyFolder(root, policy.version), 'server');
  const publicKey = Buffer.from(loadPublicKey(logKeyFolder(root, policy.version)), 'base64');
  const witnesses = policy.witnesses.vkeys.map((vkey) => new WitnessClient(state.socket('witness'), vkey));
  const noteSigner = logNoteSigner({ name: policy.log.origin, publicKey, signer });
  const formerVkeys = versions().map((trusted) => trusted.policy.log.vkey);
  const options = { connectionString, signer: noteSigner, formerVkeys, witnesses, quorum: 1 };
  return patiently(() => PostgresLog.open(options));
}

async function patiently<Value>(work: () => Promise<Value>): Promise<Value> {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if ((error as LedgerError).consequence !== 'retry') throw error;
      await pause(RETRY_MS);
    }
}

async function entry<Kind extends EntryKind>(
  key: string,
  kind: Kind,
  subject: Digest,
  predicate: Predicate<Kind>,
): Promise<NewEntry> {
  const time = new Date().toISOString();
  const envelope = await signStatement(server, { kind, run: LOG, time, subject, predicate });
  return { key, run: LOG, kind, body: envelopeBytes(envelope) };
}

/** A key for which an entry is there already was said before the kill. */
async function append(log: PostgresLog, one: NewEntry): Promise<void> {
  try {
    const { indexes } = await patiently(() => log.append([one]));
    say(`acknowledged ${one.key} ${indexes[0]}`);
  } catch (error) {
    if ((error as LedgerError).code !== 'entry-conflict') throw error;
  }
}

/** As a server does: said in the ledger with the old key, put in its place, and only then the new key signs. */
async function rotate(log: PostgresLog): Promise<PostgresLog> {
  const staged = join(root, STAGED);
  if (!existsSync(staged)) return log;
  const before = loadTrustPolicy(state.trustPolicy, officer);
  const next = loadTrustPolicy(staged, officer);
  if (next.policy.version <= before.policy.version) return log;
  const signed = readFileSync(staged, 'utf8').trim();
  const { version } = next.policy;
  say('rotating');
  await append(
    log,
    await entry(`trust-policy/${version}`, 'trust-policy', next.digest, {
      version,
      previous: before.digest,
      signature: digestOfBytes(signed),
      changes: [{ at: '/log/vkey', change: 'changed' }],
    }),
  );
  placeTrustPolicy(state.trustPolicy, version, signed);
  await log.close();
  return open();
}

const log = await rotate(await open());
const { digest: trustPolicy } = loadTrustPolicy(state.trustPolicy, officer);
say('opened');
Publisher.start({
  log: {
    get cosigned() {
      return log.cosigned;
    },
    rootOf: (size) => log.rootOf(size),
    onCosigned: (listener) => log.onCosigned(listener),
    tile: (level, index, width) => log.tile(level, index, width),
    entries: (selection) => {
      say('publishing');
      return log.entries(selection);
    },
  },
  folder: state.published,
  keys,
  fault: (error) => console.error(error),
  intervalMs: 25,
});
await append(log, await entry(`log-start/${round}`, 'log-start', trustPolicy, { trustPolicy }));
let next = 0;
const write = async (): Promise<void> => {
  while (next < ENTRIES) {
    const number = next++;
    const refusal = { person: null, action: null, reason: 'unauthenticated', attempts: 1, origin: 'socket' } as const;
    await append(log, await entry(`${round}/${number}`, 'access-refusal', trustPolicy, refusal));
    if (number % 9 === 0) await patiently(() => log.prove(log.status().size - 1));
  }
};
await Promise.all(Array.from({ length: WRITERS }, write));
for (;;) {
  say('exporting');
  await patiently(async () => exportLog(log, join(root, 'exported'), await keys()));
  await pause(RETRY_MS);
}
