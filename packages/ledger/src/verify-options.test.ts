import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { envelopeBytes, type Envelope } from '@duovir/protocol';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { writeLog } from './log.fixture.ts';
import { leafHash } from './merkle.ts';
import { Organisation } from './organisation.fixture.ts';
import { exportLog } from './publish.ts';
import { auditRecord, unlikeTree } from './record.ts';
import { soundRun } from './story.fixture.ts';
import { auditTree } from './tree-audit.ts';
import { LogDirectory } from './log-directory.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { verifyLog, type VerifyProgress } from './verify.ts';

const acme = new Organisation();
let told: readonly Envelope[];

async function exported(): Promise<string> {
  const folder = temporaryFolder();
  await exportLog(await writeLog(acme, told), folder, await acme.published());
  return folder;
}

beforeAll(async () => {
  told = [...(await soundRun(acme)).values()].filter((_, at) => at !== 10);
});

test('the tree alone says clearly that it is only that, and finds what is wrong with it', async () => {
  const folder = await exported();
  expect((await verifyLog(folder)).ok).toBe(false);
  const { ok, remarks } = await verifyLog(folder, { signatures: false });
  expect(ok).toBe(true);
  expect(remarks.map(({ rule }) => rule)).toEqual(['officer', 'anchor', 'structure']);
  rmSync(join(folder, 'tile/0/000.p/15'));
  expect(await verifyLog(folder, { signatures: false })).toMatchObject({
    ok: false,
    findings: [{ rule: 'tile-readable' }],
  });
});

test('how far a verification is, is said for the tree and for what the entries say, up to the end', async () => {
  const seen: VerifyProgress[] = [];
  await verifyLog(await exported(), { onProgress: (progress) => seen.push(progress) });
  for (const phase of ['tree', 'record'] as const)
    expect(seen.findLast((progress) => progress.phase === phase)).toEqual({ phase, done: 15, size: 15 });
});

test('entries that were exchanged while they were read, or judged by nobody, are found', async () => {
  const folder = await exported();
  const directory = new LogDirectory(folder);
  const { size, root, origin } = parseCheckpoint(readFileSync(join(folder, 'checkpoint'), 'utf8'));
  const { leaves } = await auditTree(directory, [{ size, root, file: 'checkpoint' }]);
  const source = { folder, origin, size, first: 0, anchors: [] };
  const record = await auditRecord(source, await acme.published());
  expect(unlikeTree(record, leaves!)).toEqual([]);
  const judged = Uint8Array.from(record.judged);
  judged.fill(0, 3 * 32, 4 * 32);
  judged.set(leafHash(envelopeBytes(told[0]!)), 7 * 32);
  expect(unlikeTree({ ...record, judged }, leaves!)).toMatchObject([
    { entry: 3, rule: 'entry-hash' },
    { entry: 7, rule: 'entry-hash' },
  ]);
});

test('a bundle that is longer than entries can make it is not read at all', async () => {
  const folder = await exported();
  const file = join(folder, 'tile/entries/000.p/15');
  writeFileSync(file, Buffer.alloc(256 * 65_537 + 1));
  expect((await verifyLog(folder, { signatures: false })).findings.map(({ rule }) => rule)).toContain(
    'bundle-readable',
  );
});
