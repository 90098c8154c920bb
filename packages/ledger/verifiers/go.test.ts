import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../src/folder.fixture.ts';
import { honestLog } from '../src/tampering/honest-log.fixture.ts';
import { Random } from '../src/tampering/random.fixture.ts';
import { writeSignedLog, type SignedLog } from '../src/tampering/signed-log.fixture.ts';
import { packFolder } from '../src/evidence/pack.fixture.ts';
import { verifyPack } from '../src/evidence/verify-pack.ts';
import { Organisation } from '../src/organisation.fixture.ts';
import { verifyLog } from '../src/verify.ts';
import { differenceOf } from './agreement.ts';
import { GoVerifier, NO_GO, testVectors } from './go-verifier.fixture.ts';
import { corrupted, files, rearranged } from './mutation.fixture.ts';
import { misfitLog } from './misfit-log.fixture.ts';
import { signedByPasskeys } from './passkey-log.fixture.ts';

const verifier = new GoVerifier();
const officerOf = ({ acme }: SignedLog): string => acme.officer.publicKey.toString('base64');

async function written(log: SignedLog): Promise<string> {
  const folder = temporaryFolder();
  await writeSignedLog(log, folder, 'log-and-witness');
  return folder;
}

describe.skipIf(NO_GO !== undefined)(`verify.go${NO_GO === undefined ? '' : `: ${NO_GO}`}`, () => {
  beforeAll(() => verifier.build());
  afterAll(() => verifier.remove());

  test('honest logs verify, from the officer key alone', async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const log = await honestLog(seed);
      const { exit, verdicts } = verifier.ask('--officer', officerOf(log), await written(log));
      expect({ seed, exit, findings: verdicts[0]?.findings }).toEqual({ seed, exit: 0, findings: [] });
      expect(verdicts[0]).toMatchObject({ ok: true, size: log.bodies.length, first: 0, isAnchored: true });
    }
  });

  test('a log is not believed under another officer key, and without one it is said that nobody was asked', async () => {
    const log = await honestLog(1);
    const folder = await written(log);
    const refused = verifier.ask('--officer', officerOf(await honestLog(2)), folder);
    expect(refused).toMatchObject({ exit: 1, verdicts: [{ ok: false, findings: [{ rule: 'officer' }] }] });
    expect(verifier.ask(folder)).toMatchObject({ exit: 0, verdicts: [{ ok: true, isAnchored: false }] });
    expect(verifier.tell(folder)).toContain('No officer');
  });

  test('who asks wrongly, or about nothing, is told so apart from every verdict', async () => {
    const log = await honestLog(1);
    const folder = await written(log);
    expect(verifier.ask()).toMatchObject({ exit: 2, verdicts: [] });
    expect(verifier.ask('--nothing')).toMatchObject({ exit: 2, verdicts: [] });
    const answer = verifier.ask(folder, join(folder, 'absent'), folder);
    expect(answer).toMatchObject({ exit: 2, verdicts: [{ ok: true }, { ok: false }, { ok: true }] });
  });

  test('asked for the structure alone it says that it looked at nothing else, and does', async () => {
    const log = await honestLog(6);
    const [start, ...rest] = log.bodies;
    if (!start) throw new Error('a log has entries');
    const folder = await written({ ...log, bodies: [...rest, start], retained: [] });
    const [whole] = verifier.ask(folder).verdicts;
    expect(whole?.findings.map(({ rule }) => rule)).toContain('log-start');
    const [tree] = verifier.ask('--structure', folder).verdicts;
    expect(tree).toMatchObject({ ok: true, findings: [] });
    expect(tree?.remarks?.map(({ rule }) => rule)).toContain('structure');
    const name = files(folder).find((file) => file.startsWith('tile/0/')) ?? '';
    writeFileSync(join(folder, name), corrupted(readFileSync(join(folder, name)), new Random(1)));
    expect(verifier.ask('--structure', folder)).toMatchObject({ exit: 1, verdicts: [{ ok: false }] });
  });

  test('what entries say is judged as our own verifier judges it, whoever has signed it with all keys', async () => {
    const random = new Random(5);
    const cases: { readonly how: string; readonly folder: string }[] = [];
    for (let round = 0; round < 60; round += 1) {
      const log = await honestLog(round);
      const { how, bodies } = rearranged(log.bodies, random);
      cases.push({ how: `${round} ${how}`, folder: await written({ ...log, bodies, retained: [] }) });
    }
    const { verdicts } = verifier.ask(...cases.map(({ folder }) => folder));
    for (const [at, { how, folder }] of cases.entries())
      expect({ how, difference: differenceOf(await verifyLog(folder), verdicts[at]) }).toEqual({ how });
  });

  test('an entry is outside its closed form exactly where our own verifier says so, whatever is tried with each kind', async () => {
    const { folder, entries } = await misfitLog();
    expect(entries).toBeGreaterThan(5000);
    const [said] = verifier.ask(folder).verdicts;
    expect(differenceOf(await verifyLog(folder), said)).toBeUndefined();
  });

  test('whatever a passkey has signed is judged as our own verifier judges it', async () => {
    for (const algorithm of ['ES256', 'EdDSA'] as const) {
      const { folder, officer, forged } = await signedByPasskeys(algorithm);
      const [said] = verifier.ask('--officer', officer, folder).verdicts;
      expect(said?.findings.map(({ entry, rule }) => `${entry} ${rule}`)).toEqual(
        forged.map((entry) => `${entry} signature-invalid`),
      );
      expect(differenceOf(await verifyLog(folder, { officer }), said)).toBeUndefined();
    }
  });

  test('an evidence pack verifies, and what is wrong with a changed one is what our own verifier finds', async () => {
    const acme = new Organisation();
    const officer = acme.officer.publicKey.toString('base64');
    const { folder } = await packFolder(acme);
    const { exit, verdicts } = verifier.ask('--officer', officer, folder);
    expect({ exit, findings: verdicts[0]?.findings }).toEqual({ exit: 0, findings: [] });
    expect(verdicts[0]?.blobs).toEqual((await verifyPack(folder, { officer })).blobs);
    const random = new Random(23);
    for (const name of files(folder)) {
      const bytes = readFileSync(join(folder, name));
      writeFileSync(join(folder, name), corrupted(bytes, random));
      const [said] = verifier.ask('--officer', officer, folder).verdicts;
      const expected = await verifyPack(folder, { officer });
      writeFileSync(join(folder, name), bytes);
      expect({ name, difference: differenceOf(expected, said) }).toEqual({ name });
    }
    writeFileSync(join(folder, 'reports', 'more.csv'), 'entry\n');
    const [said] = verifier.ask('--officer', officer, folder).verdicts;
    expect(said?.findings).toMatchObject([{ rule: 'manifest-file', file: 'reports/more.csv' }]);
  });

  test('the public vectors come out in Go as they do everywhere', () => {
    const { exit, said } = testVectors();
    expect(said).toContain('ok');
    expect(exit).toBe(0);
  });

  test('no corruption of any file is believed, and none makes it fall over', async () => {
    const log = await honestLog(3);
    const whole = await written(log);
    const names = files(whole);
    const random = new Random(11);
    const cases = Array.from({ length: 300 }, () => {
      const folder = temporaryFolder();
      cpSync(whole, folder, { recursive: true });
      const name = random.pick(names);
      writeFileSync(join(folder, name), corrupted(readFileSync(join(folder, name)), random));
      return { name, folder };
    });
    const { exit, verdicts, errors } = verifier.ask('--officer', officerOf(log), ...cases.map(({ folder }) => folder));
    expect({ exit, errors, verdicts: verdicts.length }).toEqual({ exit: 1, errors: '', verdicts: 300 });
    for (const [at, { name, folder }] of cases.entries()) {
      const verdict = verdicts[at];
      if (!verdict?.ok) expect(verdict?.findings.length).toBeGreaterThan(0);
      else expect({ name, ok: (await verifyLog(folder, { officer: officerOf(log) })).ok }).toEqual({ name, ok: true });
    }
    expect(verifier.ask(whole).exit).toBe(0);
  });

  test('a folder that was made to hurt is refused at once', async () => {
    const log = await honestLog(4);
    for (const hurt of [
      (folder: string) => execFileSync('mkfifo', [join(folder, 'first')]),
      (folder: string) => writeFileSync(join(folder, 'first'), '9007199254740992'),
      (folder: string) => writeFileSync(join(folder, 'first'), '256'),
      (folder: string) => replaceWith(folder, 'checkpoint', (place) => mkdirSync(place)),
      (folder: string) => replaceWith(folder, 'keys.json', (place) => symlinkSync(place, place)),
      (folder: string) => replaceWith(folder, 'keys.json', (place) => symlinkSync('/dev/zero', place)),
      (folder: string) => writeFileSync(join(folder, 'keys.json'), '['.repeat(1_000_000)),
      (folder: string) => writeFileSync(join(folder, 'keys.json'), '{"format":'.repeat(100_000)),
      (folder: string) => writeFileSync(join(folder, bundleIn(folder)), Buffer.alloc(70_000)),
      (folder: string) => writeFileSync(join(folder, 'MANIFEST.json'), '{"files":[{"path":"../../etc/passwd"}]}'),
    ]) {
      const folder = temporaryFolder();
      await writeSignedLog(log, folder, 'log-and-witness');
      hurt(folder);
      const began = performance.now();
      const { exit, verdicts } = verifier.ask('--officer', officerOf(log), folder);
      expect({ hurt: String(hurt), exit, error: verdicts[0]?.error }).toEqual({ hurt: String(hurt), exit: 1 });
      expect(performance.now() - began).toBeLessThan(5000);
    }
  });

  test('what it prints cannot move the cursor of who reads it', async () => {
    const folder = await written(await honestLog(1));
    cpSync(join(folder, 'checkpoint'), join(folder, 'checkpoints', '\u001b[2J'));
    expect(verifier.tell(folder)).not.toContain('\u001b');
    expect(verifier.tell(folder)).toContain('checkpoint-name');
  });
});

function bundleIn(folder: string): string {
  return files(folder).find((name) => name.startsWith('tile/entries/')) ?? '';
}

function replaceWith(folder: string, name: string, make: (place: string) => void): void {
  rmSync(join(folder, name));
  make(join(folder, name));
}
