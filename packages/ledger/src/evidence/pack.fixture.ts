import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  commitTo,
  digestOfBytes,
  envelopeBytes,
  type BlobOpening,
  type Digest,
  type Envelope,
} from '@duovir/protocol';
import { exportExcerpt } from '../excerpt.ts';
import { temporaryFolder } from '../folder.fixture.ts';
import { writeLog } from '../log.fixture.ts';
import { leafHash } from '../merkle.ts';
import { TIME, type Organisation } from '../organisation.fixture.ts';
import { formatProof } from '../proof.ts';
import { Prover } from '../prover.ts';
import { exportLog } from '../publish.ts';
import { sealed } from '../seal.fixture.ts';
import { soundRun } from '../story.fixture.ts';
import { tilesInMemory } from '../tree.fixture.ts';
import { buildPack, type BuiltPack, type PackOptions, type PackSource } from './build-pack.ts';
import { filesBelow, hashFile } from './folder.ts';
import {
  CHECKSUMS_FILE,
  formatChecksums,
  formatManifest,
  MANIFEST_ENVELOPE,
  MANIFEST_FILE,
  MANIFEST_PROOF,
  OUTSIDE_MANIFEST,
  parseManifest,
  type Manifest,
} from './manifest.ts';

const SALT = 'ab'.repeat(32);
/** What the entry `plan` of a sound run is about: the fixtures make its digest of this. */
const PLAN = 'plan';

/** A run that went well, and what its plan says. */
export async function openedRun(acme: Organisation): Promise<{ entries: Envelope[]; openings: BlobOpening[] }> {
  const commitment = commitTo(SALT, PLAN);
  const story = await soundRun(acme, { plan: { commitment } });
  const entries = await sealed(acme, [...story.values()], 'last');
  const entry = [...story.keys()].indexOf('plan');
  const content = Buffer.from(PLAN).toString('base64');
  const request = [...story.keys()].indexOf('request');
  const unseen: BlobOpening = { commitment: digestOfBytes('commitment'), entry: request, withheld: 'policy' };
  return { entries, openings: [unseen, { commitment, content, entry, salt: SALT }] };
}

export const everything: PackOptions = { scope: 'all', from: null, to: null, createdAt: new Date(TIME) };

/** A log, cosigned once, whose server signs whatever it is asked for, as an entry behind it. */
export async function sourceOf(
  acme: Organisation,
  entries: readonly Envelope[],
  openings: readonly BlobOpening[] = [],
  first = 0,
): Promise<PackSource> {
  const log = await writeLog(acme, entries);
  const checkpoint = await log.cosignedCheckpoint();
  const keys = await acme.published();
  return {
    writeLog: async (folder) => {
      const still = { ...log, cosignedCheckpoint: () => Promise.resolve(checkpoint) };
      return first > 0 ? exportExcerpt(still, folder, keys, first) : exportLog(still, folder, keys);
    },
    openings: async function* () {
      yield* openings;
    },
    sign: async (manifest, about) => exported(acme, entries, manifest, about),
  };
}

export async function exported(
  acme: Organisation,
  entries: readonly Envelope[],
  manifest: Digest,
  about: Parameters<PackSource['sign']>[1],
  time = TIME,
): ReturnType<PackSource['sign']> {
  const envelope = await acme.say(
    'server',
    'evidence-export',
    manifest,
    { person: 'vera', ...about },
    { run: 'duovir', time },
  );
  const all = [...entries, envelope];
  const leaves = all.map((entry) => leafHash(envelopeBytes(entry)));
  const { note } = await (await writeLog(acme, all)).cosignedCheckpoint();
  const index = entries.length;
  const hashes = await new Prover(tilesInMemory(leaves)).inclusion(index, all.length);
  return { envelope, proof: formatProof({ index, hashes, checkpoint: note }) };
}

/** The manifest of what is there now, and its checksums: anybody can make those. */
export async function hashAgain(folder: string, change: Partial<Manifest> = {}): Promise<Manifest> {
  const about = parseManifest(readFileSync(join(folder, MANIFEST_FILE), 'utf8'));
  const paths = (await filesBelow(folder)).filter((path) => !OUTSIDE_MANIFEST.includes(path));
  const files = await Promise.all(paths.map((path) => hashFile(folder, path)));
  const manifest = { ...about, files, ...change };
  writeFileSync(join(folder, MANIFEST_FILE), formatManifest(manifest));
  const sums = formatChecksums([...manifest.files, await hashFile(folder, MANIFEST_FILE)]);
  writeFileSync(join(folder, CHECKSUMS_FILE), sums);
  return manifest;
}

/** What servers that lie could do: hashed again, signed with the real keys and logged behind `entries`. */
export async function stateAgain(
  acme: Organisation,
  { folder, entries }: { readonly folder: string; readonly entries: readonly Envelope[] },
  change: Partial<Manifest> = {},
  time = TIME,
): Promise<void> {
  const manifest = await hashAgain(folder, change);
  const { scope, from, to, size, first } = manifest;
  const said = { scope, from, to, size, first };
  const signed = await exported(acme, entries, digestOfBytes(formatManifest(manifest)), said, time);
  writeFileSync(join(folder, MANIFEST_ENVELOPE), `${canonicalJson(signed.envelope)}\n`);
  writeFileSync(join(folder, MANIFEST_PROOF), signed.proof);
}

/** A pack of a sound run as a folder. */
export async function packFolder(
  acme: Organisation,
  options: Partial<PackOptions> = {},
): Promise<{ readonly folder: string; readonly built: BuiltPack; readonly entries: readonly Envelope[] }> {
  const { entries, openings } = await openedRun(acme);
  const parent = temporaryFolder();
  mkdirSync(parent, { recursive: true });
  const folder = join(parent, 'pack');
  const built = await buildPack(await sourceOf(acme, entries, openings), { ...everything, ...options }, folder);
  return { folder, built, entries };
}
