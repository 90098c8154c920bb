import { execFile } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { digestOfBytes, type Envelope } from '@duovir/protocol';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { temporaryFolder } from '../folder.fixture.ts';
import { Organisation, RUN } from '../organisation.fixture.ts';
import { buildPack } from './build-pack.ts';
import { everything, openedRun, packFolder, sourceOf } from './pack.fixture.ts';
import { verifyPack } from './verify-pack.ts';

const acme = new Organisation();
const officer = acme.officer.publicKey.toString('base64');

const verdictSchema = z.looseObject({
  ok: z.boolean(),
  size: z.number(),
  findings: z.array(z.looseObject({ rule: z.string(), entry: z.number().nullish() })),
  blobs: z.looseObject({ opened: z.number(), withheld: z.number(), shredded: z.number(), mismatch: z.number() }),
});

/** With nothing but what is in the pack: no path to anything of ours, no home, no network is asked for. */
async function verifiedByPython(folder: string): Promise<z.infer<typeof verdictSchema>> {
  const asked = promisify(execFile)('python3', ['-I', 'verify/verify.py', '--officer', officer, '--json', '.'], {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin' },
  });
  const { stdout } = await asked.catch((error: unknown) =>
    z.object({ code: z.literal(1), stdout: z.string() }).parse(error),
  );
  return verdictSchema.parse(JSON.parse(stdout));
}

test('the verifier in a pack verifies it, in a folder with nothing but the pack', { timeout: 60_000 }, async () => {
  const { folder, entries } = await packFolder(acme);
  expect(await verifiedByPython(folder)).toMatchObject({
    ok: true,
    size: entries.length,
    findings: [],
    blobs: { opened: 1, withheld: 4, shredded: 0, mismatch: 0 },
  });
});

test('a pack of the newest entries verifies too, with those that they rest on', { timeout: 60_000 }, async () => {
  const { entries } = await openedRun(acme);
  const filler: Envelope[] = [];
  const time = '2026-05-04T02:45:00.000Z';
  const asked = { requester: 'ana', commitment: digestOfBytes('x'), intent: null };
  for (let count = 0; count < 300; count += 1)
    filler.push(
      await acme.say('server', 'request', digestOfBytes(`${count}`), asked, { run: RUN.replace('a', 'b'), time }),
    );
  // The run begins before the range and ends in it.
  const told = [...entries.slice(0, 6), ...filler, ...entries.slice(6)];
  const folder = join(temporaryFolder(), 'pack');
  const about = { ...everything, from: '2026-05-04T03:00:00.000Z' };
  const { manifest, summary } = await buildPack(await sourceOf(acme, told, [], 256), about, folder);
  expect(manifest).toMatchObject({ first: 256, size: told.length });
  expect(summary.tables.find(({ report }) => report.name === 'sod-check')?.population).toBe(1);
  const indexed = readFileSync(join(folder, 'index.jsonl'), 'utf8').split('\n');
  expect(indexed[0]).toContain('"kind":"log-start"');
  expect(await verifyPack(folder, { officer })).toMatchObject({ ok: true, first: 256, findings: [] });
  expect(await verifiedByPython(folder)).toMatchObject({ ok: true, findings: [] });
});

test.each<[string, (folder: string) => void]>([
  ['a swapped blob', (folder) => edit(folder, 'blobs/openings.jsonl', /"content":"[^"]+"/, '"content":"b3RoZXI="')],
  [
    'a forged row of the index',
    (folder) => edit(folder, 'index.jsonl', '"principal":"planner"', '"principal":"healer"'),
  ],
  ['a blob that was left out', (folder) => edit(folder, 'blobs/openings.jsonl', /^.*"entry":3,.*\n/m, '')],
  ['a forged row of a table', (folder) => edit(folder, 'reports/changes.csv', 'carried', 'referred')],
  ['a file too many', (folder) => writeFileSync(join(folder, 'reports/more.csv'), 'entry\n')],
  ['another manifest', (folder) => edit(folder, 'MANIFEST.json', '"scope":"all"', '"scope":"pci"')],
  ['a longer README', (folder) => appendFileSync(join(folder, 'README.txt'), 'trust me\n')],
])('%s is found by both', { timeout: 60_000 }, async (_, damage) => {
  const { folder } = await packFolder(acme);
  damage(folder);
  const [ours, theirs] = await Promise.all([verifyPack(folder, { officer }), verifiedByPython(folder)]);
  expect(ours.ok).toBe(false);
  // Tables are made again by our own verifier alone.
  const rulesOf = (findings: readonly { readonly rule: string }[]): string[] =>
    [...new Set(findings.map(({ rule }) => rule))].filter((rule) => rule !== 'report').toSorted();
  expect(rulesOf(theirs.findings)).toEqual(rulesOf(ours.findings));
});

function edit(folder: string, path: string, from: string | RegExp, to: string): void {
  const file = join(folder, path);
  const text = readFileSync(file, 'utf8');
  expect(text.replace(from, to)).not.toBe(text);
  writeFileSync(file, text.replace(from, to));
}
