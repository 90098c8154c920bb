import { mkdtempSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LogFile } from './log-file.ts';

test('a full log becomes the old one, so that two of the size are the most there is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-log-'));
  const path = join(folder, 'server.log');
  const log = new LogFile(path, 100);
  for (let line = 0; line < 50; line += 1) log.write(`line ${line} ${'.'.repeat(20)}\n`);
  log.close();
  expect(readdirSync(folder).toSorted()).toEqual(['server.log', 'server.log.1']);
  expect(statSync(path).size).toBeLessThanOrEqual(100);
  expect(readFileSync(path, 'utf8')).toContain('line 49 ');
});

test('only the owner reads a log', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'duovir-log-')), 'server.log');
  new LogFile(path).close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
