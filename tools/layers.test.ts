import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAY_IMPORT } from './lint/tables.mjs';

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(import.meta.dirname, 'lint/fixtures');

interface Report {
  readonly diagnostics: readonly { readonly filename: string }[];
}

test('the rules report exactly the fixtures named bad', () => {
  const oxlint = join(ROOT, 'node_modules/.bin/oxlint');
  const answer = spawnSync(oxlint, ['--config', 'rules-alone.json', '--format', 'json', 'packages'], {
    cwd: FIXTURES,
    encoding: 'utf8',
  });
  const report = JSON.parse(answer.stdout) as Report;
  const reported = new Set(report.diagnostics.map(({ filename }) => filename));
  expect([...reported].toSorted()).toEqual(globSync('packages/**/bad-*.ts', { cwd: FIXTURES }).toSorted());
});

test('the table names every package, each below all it imports', () => {
  const names = Object.keys(MAY_IMPORT);
  const folders = globSync('packages/*/package.json', { cwd: ROOT }).map((path) => path.split('/')[1] ?? '');
  expect(names.toSorted()).toEqual(folders.toSorted());
  for (const [index, name] of names.entries()) {
    expect(names.slice(0, index)).toEqual(expect.arrayContaining([...(MAY_IMPORT[name] ?? [])]));
  }
});

test.for(Object.keys(MAY_IMPORT))('%s declares no dependency and no reference the table forbids', (name) => {
  const { dependencies = {} } = read(name, 'package.json') as { dependencies?: Record<string, string> };
  const { references } = read(name, 'tsconfig.json') as { references: { path: string }[] };
  const declared = Object.keys(dependencies)
    .filter((dependency) => dependency.startsWith('@duovir/'))
    .map((dependency) => dependency.slice('@duovir/'.length));
  const referenced = references.map(({ path }) => path.slice('../'.length));
  expect(MAY_IMPORT[name]).toEqual(expect.arrayContaining(declared));
  expect(MAY_IMPORT[name]).toEqual(expect.arrayContaining(referenced));
});

function read(name: string, file: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, 'packages', name, file), 'utf8'));
}
