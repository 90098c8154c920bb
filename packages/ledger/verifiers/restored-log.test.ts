import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../src/folder.fixture.ts';
import { Organisation } from '../src/organisation.fixture.ts';
import { LostLog, type Telling } from '../src/restored-log.fixture.ts';
import { salted } from '../src/story.fixture.ts';
import { Random } from '../src/tampering/random.fixture.ts';
import { goVerifier, pythonVerifier, typescriptVerifier } from '../src/tampering/three-verifiers.fixture.ts';
import { differenceOf } from './agreement.ts';
import { corrupted, files } from './mutation.fixture.ts';
import { requirePython } from './python-verifier.fixture.ts';

const acme = new Organisation();
const officer = acme.officer.publicKey.toString('base64');
/** Go is a download of its own: where it is not, two are asked. */
const go = goVerifier();
const verifiers = [typescriptVerifier, pythonVerifier, ...(go ? [go] : [])];

beforeAll(requirePython);
afterAll(() => go?.close());

/** Entry or file, and rule, of all that each verifier finds: the same for all of them. */
async function found(folders: readonly string[]): Promise<string[][]> {
  const said: string[][][] = [];
  for (const verifier of verifiers) {
    const verdicts = await verifier.verify(folders, officer);
    said.push(
      verdicts.map(({ findings }) =>
        findings.map(({ entry, file, rule }) => `${entry ?? String(file)} ${rule}`).toSorted(),
      ),
    );
  }
  for (const others of said) expect(others).toEqual(said[0]);
  return said[0] ?? [];
}

/** Around the ends of bundles, whole tiles and their halves. */
const SIZES = [1, 6, 128, 255, 256, 257, 300];
const FIRST = 512;

async function foundAfterLossAt(sizes: readonly number[], telling: Telling): Promise<string[][]> {
  const folders: string[] = [];
  for (const size of sizes) folders.push(await (await LostLog.write(acme, size, 310)).restored(telling));
  return found(folders);
}

test('a log that went on from a backup verifies for all, as does an excerpt that begins after the loss', async () => {
  expect(await foundAfterLossAt(SIZES, {})).toEqual(SIZES.map(() => []));
  expect(await foundAfterLossAt(SIZES, { first: FIRST })).toEqual(SIZES.map(() => []));
});

test('Invariant 9: entries that were rewritten along with a restore are found by all three verifiers, without a checkpoint', async () => {
  const rewritten = { rewritten: true, kept: false } as const;
  const sizes = SIZES.filter((size) => size > 1);
  expect(await foundAfterLossAt(sizes, rewritten)).toEqual(sizes.map((size) => [`${size} log-restore`]));
});

test('Invariant 9: so they are in an excerpt that has none of them, by the proof of the entry that tells of the loss', async () => {
  const sizes = SIZES.filter((size) => size > 1);
  const excerpt = { rewritten: true, kept: false, first: FIRST } as const;
  expect(await foundAfterLossAt(sizes, excerpt)).toEqual(sizes.map((size) => [`${size} log-restore`]));
  const farBack = await foundAfterLossAt([300], { ...excerpt, rewritten: 17 });
  expect(farBack).toEqual([['300 log-restore']]);
});

test('a decision about other entries excuses none of the checkpoints that do not fit', async () => {
  expect(await foundAfterLossAt([300], { signed: { root: salted('another') } })).toEqual([
    ['300 log-restore', 'checkpoints/301 checkpoint-root', 'checkpoints/309 truncated', 'checkpoints/310 truncated'],
  ]);
});

test('whatever becomes of a file of such a log or excerpt, all three say the same of it', async () => {
  const random = new Random(30);
  const lost = await LostLog.write(acme, 300, 310);
  const folders: string[] = [];
  const damaged: string[] = [];
  for (const origin of [await lost.restored(), await lost.restored({ first: FIRST })])
    for (let round = 0; round < 30; round += 1) {
      const folder = temporaryFolder();
      cpSync(origin, folder, { recursive: true });
      const name = random.pick(files(folder));
      const file = join(folder, name);
      if (random.isTrue(20)) rmSync(file);
      else writeFileSync(file, corrupted(readFileSync(file), random));
      damaged.push(name);
      folders.push(folder);
    }
  const [own = [], ...others] = await Promise.all(verifiers.map((verifier) => verifier.verify(folders, officer)));
  expect(own.filter(({ ok }) => !ok).length).toBeGreaterThan(30);
  for (const said of others)
    for (const [at, verdict] of own.entries())
      expect({ file: damaged[at], difference: differenceOf(verdict, said[at]) }).toEqual({ file: damaged[at] });
});
