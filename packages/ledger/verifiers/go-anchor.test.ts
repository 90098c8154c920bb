import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TimeStampingAuthority } from '../../../tests/keys/time-stamping-authority.ts';
import { temporaryFolder } from '../src/folder.fixture.ts';
import { writeLog } from '../src/log.fixture.ts';
import { Organisation } from '../src/organisation.fixture.ts';
import { exportLog } from '../src/publish.ts';
import { Random } from '../src/tampering/random.fixture.ts';
import { timestampQuery } from '../src/timestamp-query.ts';
import { verifyLog } from '../src/verify.ts';
import { differenceOf } from './agreement.ts';
import { GoVerifier, NO_GO } from './go-verifier.fixture.ts';
import { corrupted } from './mutation.fixture.ts';

const verifier = new GoVerifier();
const acme = new Organisation();
const officer = acme.officer.publicKey.toString('base64');
const authority = new TimeStampingAuthority();
const FUTURE = '2999-01-01T00:00:00.000Z';

/** A log of two entries, the last of which may claim a later time, with a checkpoint kept of the first one. */
async function logUntil(time?: string): Promise<string> {
  const folder = temporaryFolder();
  const about = { run: 'duovir' };
  const start = await acme.say('server', 'log-start', acme.policyDigest, { trustPolicy: acme.policyDigest }, about);
  const then = time === undefined ? about : { ...about, time };
  const stop = await acme.say('server', 'log-stop', acme.policyDigest, {}, then);
  await exportLog(await writeLog(acme, [start, stop], [1]), folder, await acme.published());
  mkdirSync(join(folder, 'anchors'));
  return folder;
}

function stamp(folder: string, size: number, checkpoint: string, by = authority.issue('tsa')): void {
  const query = timestampQuery(readFileSync(join(folder, checkpoint)), randomBytes(16)).body;
  writeFileSync(join(folder, 'anchors', `${size}.tsr`), authority.answer(query, by));
}

/** What is found without certificates and with them, once our own verifier says the same. */
async function found(folder: string): Promise<readonly string[][]> {
  const said: string[][] = [];
  for (const timestampAuthorities of [undefined, authority.pem()]) {
    const trusting = timestampAuthorities === undefined ? [] : ['--tsa-ca', authority.root.certificate];
    const [verdict] = verifier.ask('--officer', officer, ...trusting, folder).verdicts;
    const expected = await verifyLog(folder, {
      officer,
      ...(timestampAuthorities === undefined ? {} : { timestampAuthorities }),
    });
    expect(differenceOf(expected, verdict)).toBeUndefined();
    said.push((verdict?.findings ?? []).map(({ entry, file, rule }) => `${entry ?? file} ${rule}`));
  }
  return said;
}

describe.skipIf(NO_GO !== undefined)(`timestamps before verify.go${NO_GO === undefined ? '' : `: ${NO_GO}`}`, () => {
  const signer = authority.issue('tsa', { issuer: authority.root });
  beforeAll(() => verifier.build());
  afterAll(() => {
    verifier.remove();
    authority.close();
  });

  test('a timestamp over a checkpoint holds, and one over another, by another or under another name does not', async () => {
    const folder = await logUntil();
    stamp(folder, 2, 'checkpoint', signer);
    stamp(folder, 1, 'checkpoints/1', signer);
    expect(await found(folder)).toEqual([[], []]);
    stamp(folder, 2, 'checkpoints/1', signer);
    expect(await found(folder)).toEqual([['anchors/2.tsr anchor'], ['anchors/2.tsr anchor']]);
    stamp(folder, 2, 'checkpoint', authority.issue('alone'));
    expect(await found(folder)).toEqual([[], ['anchors/2.tsr anchor']]);
    stamp(folder, 2, 'checkpoint', signer);
    cpSync(join(folder, 'anchors/2.tsr'), join(folder, 'anchors/3.tsr'));
    expect(await found(folder)).toEqual([['anchors/3.tsr anchor'], ['anchors/3.tsr anchor']]);
  });

  test('an entry that claims a later time than the timestamp over it is found', async () => {
    const folder = await logUntil(FUTURE);
    stamp(folder, 2, 'checkpoint', signer);
    expect(await found(folder)).toEqual([[], ['1 anchor-time']]);
  });

  test('no corruption of a timestamp is believed that our own verifier does not believe', async () => {
    const folder = await logUntil();
    stamp(folder, 2, 'checkpoint', signer);
    const whole = readFileSync(join(folder, 'anchors/2.tsr'));
    const random = new Random(29);
    for (let round = 0; round < 40; round += 1) {
      writeFileSync(join(folder, 'anchors/2.tsr'), corrupted(whole, random));
      const [verdict] = verifier.ask('--officer', officer, folder).verdicts;
      if (verdict?.ok) expect({ round, ok: (await verifyLog(folder, { officer })).ok }).toEqual({ round, ok: true });
    }
  });
});
