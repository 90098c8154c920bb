import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyPack } from './evidence/verify-pack.ts';
import { packFolder } from './evidence/pack.fixture.ts';
import { temporaryFolder } from './folder.fixture.ts';
import { Organisation } from './organisation.fixture.ts';
import { readPlainFile } from './plain-file.ts';
import { BundleReader } from './bundle-reader.ts';
import { tilePath } from './tile.ts';
import { verifyLog } from './verify.ts';

function makePipe(path: string): void {
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
}

test('nobody waits for the end of a pipe, or reads a folder', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'plain'), 'words');
  makePipe(join(folder, 'pipe'));
  mkdirSync(join(folder, 'folder'));
  symlinkSync('circle', join(folder, 'circle'));
  expect(await readPlainFile(join(folder, 'plain'))).toEqual(Buffer.from('words'));
  for (const name of ['pipe', 'folder', 'circle', 'nothing', 'plain/below'])
    expect(await readPlainFile(join(folder, name))).toBeUndefined();
});

test.each(['folder', 'pipe'])('a %s in the place of a bundle is none, and not waited for', (kind) => {
  const folder = temporaryFolder();
  const bundle = join(folder, tilePath({ level: 'entries', index: 0, width: 256 }));
  mkdirSync(dirname(bundle), { recursive: true });
  if (kind === 'pipe') makePipe(bundle);
  else mkdirSync(bundle);
  expect(new BundleReader(folder, 256).read(0)).toMatchObject({ kind: 'unreadable', index: 0 });
});

test('a log whose files are pipes is refused, and not waited for', async () => {
  const folder = temporaryFolder();
  makePipe(join(folder, 'keys.json'));
  makePipe(join(folder, 'first'));
  expect((await verifyLog(folder)).findings).toMatchObject([{ file: 'keys.json', rule: 'keys' }]);
});

test.each(['link', 'pipe'])('a pack with a %s in it is refused by its name', async (kind) => {
  const { folder } = await packFolder(new Organisation());
  const odd = join(folder, 'reports', 'odd.csv');
  if (kind === 'pipe') makePipe(odd);
  else symlinkSync('/etc/hostname', odd);
  const { ok, findings } = await verifyPack(folder);
  expect({ ok, findings }).toMatchObject({ ok: false, findings: [{ file: 'reports/odd.csv', rule: 'manifest-file' }] });
});
