import { execFile } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Organisation } from '../organisation.fixture.ts';
import { packFolder } from './pack.fixture.ts';
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
    blobs: { opened: 1, withheld: 1, shredded: 0, mismatch: 0 },
  });
});

test.each<[string, (folder: string) => void]>([
  ['a swapped blob', (folder) => edit(folder, 'blobs/openings.jsonl', /"content":"[^"]+"/, '"content":"b3RoZXI="')],
  [
    'a forged row of the index',
    (folder) => edit(folder, 'index.jsonl', '"principal":"planner"', '"principal":"healer"'),
  ],
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
