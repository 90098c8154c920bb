import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../folder.fixture.ts';
import { Organisation } from '../organisation.fixture.ts';
import { buildPack } from './build-pack.ts';
import { filesBelow } from './folder.ts';
import { everything, openedRun, packFolder, sourceOf } from './pack.fixture.ts';
import { verifyPack } from './verify-pack.ts';

const acme = new Organisation();
const officer = acme.officer.publicKey.toString('base64');

test('a pack verifies from the officer key alone, as a folder and as a file', async () => {
  const { folder, entries } = await packFolder(acme);
  const verification = await verifyPack(folder, { officer });
  expect(verification.findings).toEqual([]);
  expect(verification).toMatchObject({
    ok: true,
    size: entries.length,
    isAnchored: true,
    blobs: { opened: 1, withheld: 4, shredded: 0, mismatch: 0 },
    pack: { organisation: 'Acme', exportedBy: 'vera', scope: 'all' },
  });
  const file = join(temporaryFolder(), 'pack.zip');
  const { entries: told, openings } = await openedRun(acme);
  await buildPack(await sourceOf(acme, told, openings), everything, file);
  expect(await verifyPack(file, { officer })).toMatchObject({ ok: true, findings: [] });
});

test('its checksums are those that sha256sum checks', async () => {
  const { folder } = await packFolder(acme);
  const said = execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: folder, encoding: 'utf8' });
  expect(said).toContain('log/checkpoint: OK');
});

test('the same log makes the same bytes', async () => {
  const { entries, openings } = await openedRun(acme);
  const source = await sourceOf(acme, entries, openings);
  // The export is cosigned when it is stated, and whoever cosigns twice says when, twice.
  let signing: ReturnType<typeof source.sign> | undefined;
  const same = { ...source, sign: (...said: Parameters<typeof source.sign>) => (signing ??= source.sign(...said)) };
  const parent = temporaryFolder();
  for (const name of ['one.zip', 'two.zip']) await buildPack(same, everything, join(parent, name));
  expect(readFileSync(join(parent, 'one.zip')).equals(readFileSync(join(parent, 'two.zip')))).toBe(true);
});

test('nothing in a pack concludes for the assessor', async () => {
  const { folder } = await packFolder(acme);
  for (const path of await filesBelow(folder))
    expect([
      path,
      /\b(?:complies|compliant|compliance|satisf(?:y|ies|ied))\b/i.exec(readFileSync(join(folder, path), 'utf8'))?.[0],
    ]).toEqual([path, undefined]);
  expect(readFileSync(join(folder, 'mapping/pci-dss-4.0.1.json'), 'utf8')).toContain('providesEvidenceFor');
});

test('the page loads nothing and runs nothing', async () => {
  const { folder } = await packFolder(acme, {
    draw: ({ name, title }) => ({ name, title, svg: '<svg xmlns="http://www.w3.org/2000/svg"></svg>' }),
  });
  const page = readFileSync(join(folder, 'reports/report.html'), 'utf8');
  expect(page).toContain('<figcaption>Changes by outcome</figcaption><svg');
  expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(/i);
  expect(page.match(/https?:\/\/[^"' <]+/g)?.every((url) => url.startsWith('http://www.w3.org/'))).toBe(true);
});

test('one row tells a change, with the entries that say so', async () => {
  const { folder } = await packFolder(acme);
  const [header = '', row = ''] = readFileSync(join(folder, 'reports/changes.csv'), 'utf8').split('\n');
  const cells = Object.fromEntries(header.split(',').map((name, at) => [name, row.split(',')[at]]));
  expect(cells).toMatchObject({
    entry: '2',
    requester: 'ana',
    risk_class: 'R1',
    approved_by: 'reviewer-security reviewer-reliability',
    approval_entries: '8 9',
    verdict: 'carried',
    executed_by: 'runner',
    outcome: 'succeeded',
  });
});

test('what does not lie in the period is not counted, and the log stays whole', async () => {
  const { folder, built } = await packFolder(acme, { from: '2027-01-01T00:00:00.000Z' });
  expect(built.summary.tables.find(({ report }) => report.name === 'changes')?.population).toBe(0);
  expect(await verifyPack(folder, { officer })).toMatchObject({ ok: true });
});

test('with the scope of PCI DSS nothing is in the pack that it does not ask for', async () => {
  const { folder } = await packFolder(acme, { scope: 'pci' });
  expect(readdirSync(join(folder, 'mapping'))).toEqual(['pci-dss-4.0.1.json']);
  expect(readdirSync(join(folder, 'reports'))).not.toContain('ai-events.csv');
  expect(await verifyPack(folder, { officer })).toMatchObject({ ok: true, findings: [] });
});

test('nothing is left where the server shows what nobody committed to, or signs another manifest', async () => {
  const { entries, openings } = await openedRun(acme);
  const source = await sourceOf(acme, entries, openings);
  const parent = temporaryFolder();
  const file = join(parent, 'pack.zip');
  const forged = openings.map((opening) => ('content' in opening ? { ...opening, content: 'b3RoZXI=' } : opening));
  await expect(buildPack(await sourceOf(acme, entries, forged), everything, file)).rejects.toMatchObject({
    code: 'evidence-refused',
  });
  const other: typeof source.sign = (_, about) => source.sign(`sha256:${'0'.repeat(64)}`, about);
  await expect(buildPack({ ...source, sign: other }, everything, file)).rejects.toMatchObject({
    code: 'evidence-refused',
  });
  expect(readdirSync(parent)).toEqual([]);
});
