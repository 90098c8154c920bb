import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyPack } from './evidence/verify-pack.ts';
import { packFolder } from './evidence/pack.fixture.ts';
import { temporaryFolder } from './folder.fixture.ts';
import { Organisation } from './organisation.fixture.ts';
import { readPlainFile } from './plain-file.ts';
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
