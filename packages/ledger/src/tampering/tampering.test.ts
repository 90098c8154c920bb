import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { damages } from './damage.fixture.ts';
import { forgeries } from './forgery.fixture.ts';
import { writeHonestPack } from './honest-pack.fixture.ts';
import { packTamperings } from './pack-tampering.fixture.ts';
import { honestLog } from './honest-log.fixture.ts';
import { Random } from './random.fixture.ts';
import { writeSignedLog } from './signed-log.fixture.ts';
import { goVerifier, pythonVerifier, typescriptVerifier } from './three-verifiers.fixture.ts';
import { grade, type Case } from './tampering-case.fixture.ts';

const go = goVerifier();
const verifiers = [typescriptVerifier, pythonVerifier, ...(go ? [go] : [])];
afterAll(() => go?.close());

/** One of each kind; hundreds are `npm run conformance -- tampering`. */
test.each([1, 2, 3])('log %i is honest, and whatever is done to it is caught by every verifier', async (seed) => {
  const root = mkdtempSync(join(tmpdir(), 'ledger-'));
  try {
    const log = await honestLog(seed);
    const honest = join(root, 'honest');
    await writeSignedLog(log, honest, 'log-and-witness');
    const cases: Case[] = [{ family: 'honest', folder: honest, isHonest: true, what: `log ${seed}` }];
    const pack = join(root, 'honest-pack');
    await writeHonestPack(log, pack, new Random(seed));
    cases.push({ family: 'honest', folder: pack, isHonest: true, what: `pack ${seed}` });
    for (const [at, [family, mutate]] of Object.entries({ ...damages, ...forgeries, ...packTamperings }).entries()) {
      const folder = join(root, family);
      cpSync(family in packTamperings ? pack : honest, folder, { recursive: true });
      const what = await mutate(folder, log, new Random(seed * 1000 + at));
      cases.push({ family, folder, isHonest: false, what });
    }
    const { wrong, disagreements } = await grade(cases, log.acme.officer.publicKey.toString('base64'), verifiers);
    expect(wrong).toEqual([]);
    expect(disagreements).toEqual([]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
