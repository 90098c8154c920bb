import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { digestOfBytes, envelopeDigest, type Envelope } from '@duovir/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { exportLog } from './publish.ts';
import { brokenRules, writeLog } from './log.fixture.ts';
import { Organisation, RUN } from './organisation.fixture.ts';
import { rearranged } from './rearranged.fixture.ts';
import { sealed } from './seal.fixture.ts';
import { soundRun } from './story.fixture.ts';
import { verifyLog } from './verify.ts';

const acme = new Organisation();
const officer = acme.officer.publicKey.toString('base64');
let story: Map<string, Envelope>;
let large: string;

async function exported(
  entries: readonly Envelope[],
  sizes: readonly number[] = [],
  folder = temporaryFolder(),
): Promise<string> {
  await exportLog(await writeLog(acme, entries, sizes), folder, await acme.published());
  return folder;
}

/** Rules that are broken when these entries stand in for those of the sound run. */
async function rulesBrokenBy(change: (entries: Map<string, Envelope>) => void | Promise<void>): Promise<string[]> {
  const entries = new Map(story);
  await change(entries);
  return brokenRules(acme, entries.values());
}

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();

beforeAll(async () => {
  story = await soundRun(acme);
  const filler: Envelope[] = [];
  for (let count = 0; count < 600; count += 1)
    filler.push(
      await acme.say(
        'server',
        'request',
        digestOfBytes(`request ${count}`),
        { requester: 'ana', commitment: digestOfBytes('x'), intent: null },
        { run: RUN.replace('a', 'b') },
      ),
    );
  large = await exported(
    [...story.values(), ...filler],
    [3, 100, 256, 257, 400],
    mkdtempSync(join(tmpdir(), 'ledger-')),
  );
});
afterAll(() => rmSync(large, { recursive: true, force: true }));

test('a sound log verifies, from the officer key alone', async () => {
  expect(await verifyLog(large, { officer })).toEqual({
    ok: true,
    size: 616,
    first: 0,
    isAnchored: true,
    findings: [],
    remarks: [expect.objectContaining({ rule: 'anchor' })],
  });
});

test('a log is not believed under another officer key', async () => {
  const other = new Organisation().officer.publicKey.toString('base64');
  expect(await verifyLog(large, { officer: other })).toMatchObject({ ok: false, findings: [{ rule: 'officer' }] });
  expect(await verifyLog(large)).toMatchObject({ ok: true, isAnchored: false });
});

test('any flipped bit of any file is caught and its place is named', async () => {
  const folder = temporaryFolder();
  cpSync(large, folder, { recursive: true });
  const originals = files(folder);
  expect(originals.length).toBeGreaterThan(12);
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  for (let round = 0; round < 60; round += 1) {
    const file = originals[round % originals.length]!;
    const bytes = readFileSync(join(folder, file));
    const at = random(bytes.length);
    const mutated = Buffer.from(bytes);
    mutated[at] = mutated[at]! ^ (1 << random(8));
    writeFileSync(join(folder, file), mutated);
    const { ok, findings } = await verifyLog(folder, { officer });
    writeFileSync(join(folder, file), bytes);
    expect({ file, at, ok }).toEqual({ file, at, ok: false });
    expect(findings.map((finding) => finding.file)).toContain(file);
  }
  expect((await verifyLog(folder, { officer })).ok).toBe(true);
});

test('a changed entry is named by its index', async () => {
  const folder = temporaryFolder();
  cpSync(large, folder, { recursive: true });
  const file = join(folder, 'tile/entries/000');
  const bytes = readFileSync(file);
  bytes[bytes.indexOf(Buffer.from('"sig"')) + 20]! ^= 2;
  writeFileSync(file, bytes);
  const { findings } = await verifyLog(folder, { officer });
  expect(findings[0]).toMatchObject({ entry: 0, file: 'tile/entries/000', rule: 'entry-hash' });
});

test('missing, swapped and cut files are caught', async () => {
  for (const damage of [
    (folder: string) => rmSync(join(folder, 'tile/entries/001')),
    (folder: string) => rmSync(join(folder, 'tile/0/000')),
    (folder: string) => rmSync(join(folder, 'checkpoint')),
    (folder: string) => rmSync(join(folder, 'keys.json')),
    (folder: string) => cpSync(join(folder, 'tile/entries/001'), join(folder, 'tile/entries/000')),
    (folder: string) =>
      writeFileSync(join(folder, 'tile/1/000.p/2'), readFileSync(join(folder, 'tile/1/000.p/2')).subarray(0, 32)),
    (folder: string) => cpSync(join(folder, 'checkpoints/400'), join(folder, 'checkpoints/100')),
  ]) {
    const folder = temporaryFolder();
    cpSync(large, folder, { recursive: true });
    damage(folder);
    expect((await verifyLog(folder, { officer })).ok).toBe(false);
  }
});

test('a log cut back to an older checkpoint is caught by the retained ones', async () => {
  const folder = temporaryFolder();
  cpSync(large, folder, { recursive: true });
  cpSync(join(folder, 'checkpoints/257'), join(folder, 'checkpoint'));
  const { findings } = await verifyLog(folder, { officer });
  expect(findings).toContainEqual(expect.objectContaining({ rule: 'truncated', file: 'checkpoints/400' }));
});

test('history rewritten with the real log and witness keys is caught by a retained checkpoint', async () => {
  const folder = await exported([...story.values()], [3]);
  const retained = readFileSync(join(folder, 'checkpoints/3'));
  const rewritten = [...story.values()];
  rewritten[2] = await acme.say('server', 'request', digestOfBytes('another'), {
    requester: 'ana',
    commitment: digestOfBytes('x'),
    intent: envelopeDigest(story.get('intent')!),
  });
  const forged = await exported(await sealed(acme, rewritten, 'last'));
  expect((await verifyLog(forged, { officer })).ok).toBe(true);
  cpSync(join(folder, 'checkpoints'), join(forged, 'checkpoints'), { recursive: true });
  expect(retained.length).toBeGreaterThan(0);
  const { findings } = await verifyLog(forged, { officer });
  expect(findings).toMatchObject([{ rule: 'checkpoint-root', file: 'checkpoints/3' }]);
});

test('an export grows in place and keeps the checkpoints it had', async () => {
  const folder = temporaryFolder();
  const entries = [...story.values()];
  await exported(entries.slice(0, 5), [], folder);
  const first = statSync(join(folder, 'keys.json')).mtimeMs;
  await exported(entries, [], folder);
  expect(files(folder)).toContain('checkpoints/5');
  expect(statSync(join(folder, 'keys.json')).mtimeMs).toBeGreaterThanOrEqual(first);
  expect(await verifyLog(folder, { officer })).toMatchObject({ ok: true, size: 16 });
  await expect(exported(entries.slice(0, 5), [], folder)).rejects.toMatchObject({ code: 'export-failed' });
});

test('a receipt without a permit is found', async () => {
  expect(await rulesBrokenBy((entries) => void entries.delete('permit'))).toEqual(['receipt-permit']);
});

test('a permit given after the fact is found', async () => {
  const rules = await rulesBrokenBy((entries) => {
    const permit = entries.get('permit')!;
    entries.delete('permit');
    entries.set('late permit', permit);
  });
  expect(rules).toEqual(['receipt-permit']);
});

test('a permit used twice is found', async () => {
  const again = rearranged(story, { before: 'attestation step', put: { again: story.get('receipt')! } });
  expect(await brokenRules(acme, again.values())).toEqual(['permit-once']);
});

test('a permit without a carried verdict is found', async () => {
  expect(await rulesBrokenBy((entries) => void entries.delete('verdict'))).toEqual(['permit-verdict']);
});

test('a motion carried against or without the checkers is found', async () => {
  expect(await rulesBrokenBy((entries) => void entries.delete('checks'))).toEqual(['checks-passed']);
  const rules = await rulesBrokenBy(async (entries) => {
    const failed = { passed: false, findings: [], commitment: digestOfBytes('x') };
    entries.set('checks', await acme.say('server', 'checks', digestOfBytes('plan'), failed));
  });
  expect(rules).toEqual(['checks-passed']);
});

test('somebody who speaks for another role is found', async () => {
  const rules = await rulesBrokenBy(async (entries) => {
    entries.set('settlement', await acme.say('runner', 'cancellation', digestOfBytes('request'), { person: 'ana' }));
  });
  expect(rules).toEqual(['role']);
});

test('a stranger, and a log that was never started, are found', async () => {
  const stranger = await soundRun(new Organisation());
  expect(await rulesBrokenBy((entries) => void entries.set('settlement', stranger.get('settlement')!))).toEqual([
    'principal',
  ]);
  expect(await rulesBrokenBy((entries) => void entries.delete('start'))).toEqual(['log-start']);
});
