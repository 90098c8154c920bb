import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { examineHost } from './doctor.ts';

const OPEN = `
  import { openSandbox } from '${join(import.meta.dirname, 'sandbox.ts')}';
  import { DEFAULT_LIMITS } from '${join(import.meta.dirname, 'limits.ts')}';
  try {
    await openSandbox({ run: 'r', generation: 1, hosts: {}, limits: DEFAULT_LIMITS });
  } catch (error) {
    console.log(error.code, error.remedy);
    process.exit(3);
  }`;

function openAfter(preparation: string, flags: readonly string[]) {
  const command = 'unshare';
  const words = [
    ...flags,
    '--',
    'sh',
    '-c',
    `${preparation}; exec "$0" --input-type=module -e "$1"`,
    process.execPath,
    OPEN,
  ];
  return spawnSync(command, words, { encoding: 'utf8' });
}

test('this machine can hold sandboxes', async () => {
  expect(await examineHost()).toMatchObject({ bubblewrap: expect.stringMatching(/^\d+\.\d+/) });
});

test.runIf(process.getuid?.() === 0)('without bubblewrap nothing is opened, and the remedy is told', () => {
  const { status, stdout } = openAfter('mount --bind /dev/null /usr/bin/bwrap', ['--mount']);
  expect({ status, stdout }).toEqual({
    status: 3,
    stdout: expect.stringMatching(/^bubblewrap-missing Install bubblewrap/),
  });
});

test('a root that owns no uid but its own cannot sandbox', () => {
  const { status, stdout } = openAfter('true', ['--user', '--map-root-user']);
  expect({ status, stdout }).toEqual({ status: 3, stdout: expect.stringMatching(/^uid-pool-empty /) });
});
