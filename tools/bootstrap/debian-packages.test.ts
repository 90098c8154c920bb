import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { installationScript, installDebianPackages } from './debian-packages.mjs';

/** The installation with its programs replaced by a PATH of scripts: no test may install packages on the machine it runs on. */
function install(aptGet: string): { log: string[]; guardRemains: boolean; exitCode: number } {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-debian-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const guard = join(folder, 'policy-rc.d');
  const log = join(folder, 'log');
  writeFileSync(log, '');
  writeFileSync(
    join(folder, 'apt-get'),
    `#!/bin/sh\necho "apt-get $1 guarded=$(test -x ${guard} && echo yes || echo no)" >> ${log}\n${aptGet}\n`,
    { mode: 0o755 },
  );
  writeFileSync(join(folder, 'systemctl'), `#!/bin/sh\necho "systemctl $*" >> ${log}\n`, { mode: 0o755 });
  let exitCode = 0;
  try {
    execFileSync(
      'sh',
      ['-c', installationScript(`${folder}:/usr/bin:/bin`, guard), 'install', 'redis-server', 'curl'],
      {
        stdio: 'ignore',
      },
    );
  } catch {
    exitCode = 1;
  }
  return { log: readFileSync(log, 'utf8').trim().split('\n'), guardRemains: existsSync(guard), exitCode };
}

test('services may not start while packages are installed, nor at the next boot', () => {
  expect(install('exit 0')).toEqual({
    log: ['apt-get install guarded=yes', 'systemctl disable redis-server'],
    guardRemains: false,
    exitCode: 0,
  });
});

test('package lists are fetched only after a failed installation, and the guard goes even when all fails', () => {
  expect(install('exit 100')).toEqual({
    log: ['apt-get install guarded=yes', 'apt-get update guarded=yes'],
    guardRemains: false,
    exitCode: 1,
  });
});

test('a machine that has everything is left alone', async () => {
  await expect(
    installDebianPackages([{ name: 'present', why: 'of this test', isPresent: () => true }]),
  ).resolves.toBeUndefined();
});
