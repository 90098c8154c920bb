import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateDirectory } from '@duovir/principal';
import { openCells } from './cells.ts';

const PATH = process.env['PATH'] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'duovir-cells-'));
const state = stateDirectory(join(folder, 'state'));
mkdirSync(state.root);
const cache = join(folder, 'cache');

test('a cell that can be made is tried before anybody relies on it', async () => {
  const cells = await openCells(state, PATH, cache);
  expect(cells.kind).toBe(process.getuid?.() === 0 ? 'own-uids' : 'one-uid');
});

test('without bubblewrap it is refused, with what would be weaker', async () => {
  await expect(openCells(state, '/nonexistent', cache)).rejects.toMatchObject({
    code: 'cells-missing',
    message: expect.stringMatching(/there is no bwrap.*keys of all others/),
    remedy: expect.stringContaining('--without-cells'),
  });
});

test('a bubblewrap that does not work is none, and what it says is told', async () => {
  const broken = join(folder, 'bwrap');
  writeFileSync(broken, '#!/bin/sh\necho "bwrap: setting up uid map: Permission denied" >&2\nexit 1\n');
  chmodSync(broken, 0o755);
  await expect(openCells(state, `${folder}:${PATH}`, cache)).rejects.toThrow(/setting up uid map/);
});

test('one that ends well and starts nothing is none either', async () => {
  const idle = join(folder, 'bwrap');
  writeFileSync(idle, '#!/bin/sh\nexit 0\n');
  await expect(openCells(state, `${folder}:${PATH}`, cache)).rejects.toMatchObject({ code: 'cells-missing' });
});
