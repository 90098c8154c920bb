import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { programOf } from './program.ts';

test('an agent is shown its packages and theirs, and neither the server nor the runner nor what speaks to the network', () => {
  const { folders } = programOf(fileURLToPath(import.meta.resolve('@duovir/agents/process')));
  const names = folders.map((folder) => basename(folder));
  expect(names).toEqual(expect.arrayContaining(['agents', 'policy', 'principal', 'protocol', 'hono', 'zod']));
  for (const foreign of ['server', 'runner', 'egress', 'cli', 'ledger', 'pg', 'ai', 'undici'])
    expect(names).not.toContain(foreign);
});

test('packages are found as Node finds them: nested before shared, links followed, optional ones left out', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'duovir-program-')));
  const put = (folder: string, content: object): string => {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, 'package.json'), JSON.stringify(content));
    return join(root, folder);
  };
  const own = put('packages/own', { dependencies: { near: '1', far: '1' }, optionalDependencies: { absent: '1' } });
  const near = put('packages/own/node_modules/near', {});
  put('node_modules/near', {});
  const far = put('packages/far', { peerDependencies: { near: '1' } });
  symlinkSync(far, join(root, 'node_modules/far'));
  mkdirSync(join(own, 'src'));
  writeFileSync(join(own, 'src', 'main.ts'), '');
  const { folders, links } = programOf(join(own, 'src', 'main.ts'));
  expect(folders.toSorted()).toEqual([own, near, far, join(root, 'node_modules/near')].toSorted());
  expect([...links]).toEqual([[join(root, 'node_modules/far'), far]]);
});
