import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TimeStampingAuthority, type Certificate } from '../../../tests/keys/time-stamping-authority.ts';
import { temporaryFolder } from '../src/folder.fixture.ts';
import { writeLog } from '../src/log.fixture.ts';
import { Organisation } from '../src/organisation.fixture.ts';
import { exportLog } from '../src/publish.ts';
import { Random } from '../src/tampering/random.fixture.ts';
import { timestampQuery } from '../src/timestamp-query.ts';
import { verifyLog } from '../src/verify.ts';
import { differenceOf } from './agreement.ts';
import { corrupted } from './mutation.fixture.ts';
import { ask, requirePython } from './python-verifier.fixture.ts';

const acme = new Organisation();
const officer = acme.officer.publicKey.toString('base64');
const authority = new TimeStampingAuthority();
const signer = authority.issue('tsa', { issuer: authority.root });
const FUTURE = '2999-01-01T00:00:00.000Z';
afterAll(() => authority.close());
beforeAll(requirePython);

/** A log of three entries, the last of which may come from a later time, with a checkpoint kept of the first two. */
async function logUntil(time?: string): Promise<string> {
  const folder = temporaryFolder();
  const about = { run: 'duovir' };
  const start = await acme.say('server', 'log-start', acme.policyDigest, { trustPolicy: acme.policyDigest }, about);
  const stop = await acme.say(
    'server',
    'log-stop',
    acme.policyDigest,
    {},
    time === undefined ? about : { ...about, time },
  );
  await exportLog(await writeLog(acme, [start, start, stop], [2]), folder, await acme.published());
  mkdirSync(join(folder, 'anchors'));
  return folder;
}

function stamp(folder: string, size: number, checkpoint: string, by: Certificate = signer): void {
  const query = timestampQuery(readFileSync(join(folder, checkpoint)), randomBytes(16)).body;
  writeFileSync(join(folder, 'anchors', `${size}.tsr`), authority.answer(query, by));
}

/** Both verifiers, with certificates and without; what Python finds, once they agree. */
async function rulesFound(folder: string): Promise<{ readonly trusting: string[]; readonly asking: string[] }> {
  const [asking] = ask(['--officer', officer, folder]).verdicts;
  const [trusting] = ask(['--officer', officer, '--tsa-ca', authority.root.certificate, folder]).verdicts;
  expect(differenceOf(await verifyLog(folder, { officer }), asking)).toBeUndefined();
  const timestampAuthorities = authority.pem();
  expect(differenceOf(await verifyLog(folder, { officer, timestampAuthorities }), trusting)).toBeUndefined();
  const words = (verdict: typeof asking): string[] =>
    (verdict?.findings ?? []).map(({ entry, file, rule }) => `${entry ?? file} ${rule}`);
  return { trusting: words(trusting), asking: words(asking) };
}

test('a timestamp over a checkpoint holds, and so do those over older ones', async () => {
  const folder = await logUntil();
  stamp(folder, 3, 'checkpoint');
  stamp(folder, 2, 'checkpoints/2');
  expect(await rulesFound(folder)).toEqual({ trusting: [], asking: [] });
});

test('a timestamp over another checkpoint, by another authority, or under a wrong name is found', async () => {
  const folder = await logUntil();
  stamp(folder, 3, 'checkpoints/2');
  expect(await rulesFound(folder)).toEqual({ trusting: ['anchors/3.tsr anchor'], asking: ['anchors/3.tsr anchor'] });
  stamp(folder, 3, 'checkpoint', authority.issue('alone'));
  expect(await rulesFound(folder)).toEqual({ trusting: ['anchors/3.tsr anchor'], asking: [] });
  stamp(folder, 3, 'checkpoint');
  cpSync(join(folder, 'anchors/3.tsr'), join(folder, 'anchors/1.tsr'));
  expect(await rulesFound(folder)).toEqual({ trusting: ['anchors/1.tsr anchor'], asking: ['anchors/1.tsr anchor'] });
});

test('an entry that claims a later time than the timestamp over it is found, where its authority is trusted', async () => {
  const folder = await logUntil(FUTURE);
  stamp(folder, 2, 'checkpoints/2');
  expect(await rulesFound(folder)).toEqual({ trusting: [], asking: [] });
  stamp(folder, 3, 'checkpoint');
  expect(await rulesFound(folder)).toEqual({ trusting: ['2 anchor-time'], asking: [] });
});

test('no corruption of a timestamp is believed that our own verifier does not believe', async () => {
  const folder = await logUntil();
  stamp(folder, 3, 'checkpoint');
  const whole = readFileSync(join(folder, 'anchors/3.tsr'));
  const random = new Random(23);
  const folders = Array.from({ length: 40 }, () => {
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    writeFileSync(join(copy, 'anchors/3.tsr'), corrupted(whole, random));
    return copy;
  });
  for (const authorities of [undefined, { file: authority.root.certificate, timestampAuthorities: authority.pem() }]) {
    const { verdicts, errors } = ask([
      '--officer',
      officer,
      ...(authorities ? ['--tsa-ca', authorities.file] : []),
      ...folders,
    ]);
    expect({ errors, verdicts: verdicts.length }).toEqual({ errors: '', verdicts: folders.length });
    for (const [at, copy] of folders.entries())
      if (verdicts[at]?.ok)
        expect({ at, ok: (await verifyLog(copy, { officer, ...authorities })).ok }).toEqual({ at, ok: true });
  }
});
