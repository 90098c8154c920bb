import { cpSync, rmSync } from 'node:fs';
import {
  canonicalJson,
  digestOf,
  envelopeBytes,
  envelopeDigest,
  parseEnvelope,
  peekStatement,
  type EntryKind,
  type Statement,
} from '@duovir/protocol';
import { TIME } from '../organisation.fixture.ts';
import { rootDigest, signRestore } from '../restore.ts';
import type { Random } from './random.fixture.ts';
import { keepCheckpoints, rootOf, writeSignedLog, type Accomplice, type SignedLog } from './signed-log.fixture.ts';

/** What somebody with the log's own key can do, perhaps with the witness's as well. Answers what was done. */
export type Forgery = (folder: string, log: SignedLog, random: Random) => Promise<string>;

/** Writes another log over the folder. What honest people kept of the old one stays, unless nobody had kept anything. */
async function rewrite(
  folder: string,
  log: SignedLog,
  bodies: readonly Buffer[],
  { signers, isKept }: { readonly signers: Accomplice; readonly isKept: boolean },
): Promise<void> {
  const kept = `${folder}.kept`;
  cpSync(folder, kept, { recursive: true });
  rmSync(folder, { recursive: true });
  await writeSignedLog({ ...log, bodies, retained: [] }, folder, signers);
  if (isKept) keepCheckpoints(kept, folder);
  rmSync(kept, { recursive: true });
}

/** One entry is changed, left out, repeated or exchanged. */
function rearranged(bodies: readonly Buffer[], random: Random): { readonly bodies: Buffer[]; readonly what: string } {
  const [first, second] = random.pair(bodies.length);
  const at = (index: number): Buffer => bodies[index] ?? Buffer.alloc(0);
  return random.pick([
    { what: `without entry ${first}`, bodies: bodies.toSpliced(first, 1) },
    { what: `entry ${first} twice`, bodies: bodies.toSpliced(first, 0, at(first)) },
    {
      what: `entries ${first} and ${second} exchanged`,
      bodies: bodies.with(first, at(second)).with(second, at(first)),
    },
    { what: `entry ${second} replaced by ${first}`, bodies: bodies.with(second, at(first)) },
  ]);
}

const resignedByLog: Forgery = async (folder, log, random) => {
  const { what, bodies } = rearranged(log.bodies, random);
  await rewrite(folder, log, bodies, { signers: 'log', isKept: false });
  return `${what}, signed again by the log without its witness`;
};

/** Both keys, but somebody kept a checkpoint that covers the change. */
const rewrittenSuffix: Forgery = async (folder, log, random) => {
  const newest = Math.max(...log.retained);
  const { what, bodies } = rearranged(log.bodies.slice(0, newest), random);
  const rest = log.bodies.slice(newest);
  await rewrite(folder, log, [...bodies, ...rest], { signers: 'log-and-witness', isKept: true });
  return `${what}, signed again by log and witness; a checkpoint had been kept`;
};

const truncated: Forgery = async (folder, log, random) => {
  const newest = Math.max(...log.retained);
  const size = 1 + random.integer(newest - 1);
  await rewrite(folder, log, log.bodies.slice(0, size), { signers: 'log-and-witness', isKept: true });
  return `cut to ${size} entries, signed again by log and witness; ${newest} had been kept`;
};

/** A backup from before the newest checkpoint goes on with other entries. */
const restoredBackup: Forgery = async (folder, log, random) => {
  const newest = Math.max(...log.retained);
  const size = 1 + random.integer(newest - 1);
  const others = log.bodies.slice(newest);
  const bodies = [...log.bodies.slice(0, size), ...others, ...log.bodies.slice(size, newest).toReversed()];
  if (Buffer.concat(bodies).equals(Buffer.concat([...log.bodies]))) return restoredBackup(folder, log, random);
  await rewrite(folder, log, bodies, { signers: 'log-and-witness', isKept: true });
  return `restored at ${size} entries and gone on differently`;
};

/** An honest restore, which the officer has signed; what was left is rewritten along with it, and nobody had kept anything. */
const rewrittenRestore: Forgery = async (folder, log, random) => {
  const [lost, size] = [log.bodies.length, 2 + random.integer(log.bodies.length - 2)];
  const left = log.bodies.slice(0, size);
  const about = { size, root: rootDigest(rootOf(left)), lost, lostRoot: rootDigest(rootOf(log.bodies)) };
  const origin = log.acme.log.name;
  const decision = { apiVersion: 'duovir/v1', kind: 'RestoreDecision', origin, ...about, decidedAt: TIME } as const;
  const decided = await signRestore(log.acme.officer.signer, decision);
  const said = { ...about, signature: envelopeDigest(decided) };
  const restore = await log.acme.say('server', 'log-restore', digestOf(decision), said, { run: 'duovir' });
  const [first, second] = random.pair(size);
  const bodies = [...left.with(second, left[first] ?? Buffer.alloc(0)), envelopeBytes(restore)];
  await rewrite(folder, { ...log, restores: [decided] }, bodies, { signers: 'log-and-witness', isKept: false });
  return `restored at ${size} entries, as decided, with entry ${second} replaced by ${first}`;
};

interface Place {
  readonly index: number;
  readonly statement: Statement;
}

function placesOf(bodies: readonly Buffer[]): Place[] {
  return bodies.map((body, index) => ({ index, statement: peekStatement(parseEnvelope(body)) }));
}

/** Entries that a settlement seals. */
function sealed(bodies: readonly Buffer[]): Place[] {
  const places = placesOf(bodies);
  const ends = new Map(
    places
      .filter(({ statement }) => statement.kind === 'settlement')
      .map(({ index, statement }) => [statement.run, index]),
  );
  return places.filter(({ index, statement }) => index < (ends.get(statement.run) ?? -1));
}

/** Nobody kept a checkpoint and both keys are stolen: what a run consists of is sealed by its settlement all the same. */
const brokenSeal: Forgery = async (folder, log, random) => {
  const places = sealed(log.bodies);
  const { index, statement } = random.pick(places);
  const own = places.filter((place) => place.statement.run === statement.run && place.index !== index);
  const other = random.pick(own);
  const at = (place: number): Buffer => log.bodies[place] ?? Buffer.alloc(0);
  const { what, bodies } = random.pick([
    { what: `${statement.kind} ${index} left out of its run`, bodies: log.bodies.toSpliced(index, 1) },
    { what: `${statement.kind} ${index} repeated`, bodies: log.bodies.toSpliced(index, 0, at(index)) },
    {
      what: `${statement.kind} ${index} and ${other.statement.kind} ${other.index} exchanged`,
      bodies: log.bodies.with(index, at(other.index)).with(other.index, at(index)),
    },
  ]);
  await rewrite(folder, log, bodies, { signers: 'log-and-witness', isKept: false });
  return `${what}, signed again by log and witness; nobody had kept anything`;
};

/** The words are changed, the signature is not. */
const changedWords: Forgery = async (folder, log, random) => {
  const { index } = random.pick(placesOf(log.bodies));
  const envelope = parseEnvelope(log.bodies[index] ?? Buffer.alloc(0));
  const text = Buffer.from(envelope.payload, 'base64').toString('utf8');
  const digit = random.pick([...text.matchAll(/[0-9a-f]{8,}/g)]);
  const at = digit.index + random.integer(digit[0].length);
  const changed = `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`;
  const payload = Buffer.from(changed).toString('base64');
  const body = Buffer.from(canonicalJson({ ...envelope, payload }));
  await rewrite(folder, log, log.bodies.with(index, body), { signers: 'log-and-witness', isKept: false });
  return `a digit in the words of entry ${index}, signed again by log and witness`;
};

/** Somebody who is enrolled says what only another role may say, or what is another's to say. */
const foreignVoice: Forgery = async (folder, log, random) => {
  const kinds: readonly EntryKind[] = ['opinion', 'receipt', 'attestation', 'plan', 'commitment'];
  const { index, statement } = random.pick(
    placesOf(log.bodies).filter(({ statement: { kind } }) => kinds.includes(kind)),
  );
  const envelope = await log.acme.say('server', statement.kind, statement.subject, statement.predicate, statement);
  const body = Buffer.from(canonicalJson(envelope));
  await rewrite(folder, log, log.bodies.with(index, body), { signers: 'log-and-witness', isKept: false });
  return `${statement.kind} ${index} said by the server instead`;
};

export const forgeries: Readonly<Record<string, Forgery>> = {
  're-signed-by-log': resignedByLog,
  'rewritten-suffix': rewrittenSuffix,
  truncated,
  'restored-backup': restoredBackup,
  'rewritten-restore': rewrittenRestore,
  'broken-seal': brokenSeal,
  'changed-words': changedWords,
  'foreign-voice': foreignVoice,
};
