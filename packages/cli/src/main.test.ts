import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { initialise } from './init/initialise.ts';

const COMMAND = fileURLToPath(new URL('../bin/duovir.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'duovir-main-'));
const state = join(folder, 'state');
await initialise(state, new Date());

function duovir(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { exit: number | null; output: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...argv], {
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', DUOVIR_STATE: state, ...environment },
  });
  return { exit: status, output: stdout, errors: stderr };
}

const GOAL = ['run', 'start', 'Cluster Redis', '--target', 'sandbox'];

test.each([
  [['sttaus'], 2, /Did you mean status/],
  [['run', 'strat'], 2, /Did you mean start/],
  [['run'], 2, /Usage: duovir run/],
  [['status', '--colour'], 2, /Unknown option '--colour'/],
  [['up', '--port', '99999'], 2, /A port is a number/],
  [['run', 'start', 'x'], 2, /--target/],
  [['run', 'start', 'x', '--target', 'moon'], 2, /sandbox/],
  [['run', 'start', '', '--target', 'sandbox'], 2, /goal/],
  [['run', 'start', 'x'.repeat(100_000), '--target', 'sandbox'], 2, /goal/],
  [['run', 'start', 'a\u001b[2Jb', '--target', 'sandbox'], 2, /control/],
  [[...GOAL, '--playbook', '../../etc/passwd'], 2, /playbook/],
  [['status'], 3, /not up/],
  [GOAL, 3, /not up/],
  [['run', 'list', '--as', '../../../root'], 2, /not the name of a person/],
  [['run', 'list', '--url', 'http://127.0.0.1:9'], 3, /Nobody answers/],
  [['run', 'list', '--url', 'file:///etc/passwd'], 2, /URL/],
  [['init'], 4, /already/],
  [['ledger', 'verify', 'nowhere'], 2, /not a directory/],
  [['playbook', 'show', '\u001b[31mred'], 4, /no playbook red/],
  [['playbook', 'check', '/dev/null/x'], 4, /problem/],
  [['completion', 'tcsh'], 2, /bash/],
  [['egress', 'stop'], 2, /--reason/],
  [['stop'], 2, /--reason/],
  [['stop', 'lift', '--url', 'http://127.0.0.1:9'], 3, /Nobody answers/],
  [['break-glass', 'open', '--reason', 'x', '--minutes', '0'], 2, /minutes/],
  [['break-glass', 'open', '--reason', 'x', '--class', 'R4'], 2, /R3/],
  [['egress', 'list'], 3, /not up/],
  [['budget', 'show', '--run', '../x', '--url', 'http://127.0.0.1:9'], 2, /not the id of a run/],
  [['egress', 'show', 'call-A', '--url', 'http://127.0.0.1:9'], 2, /not the id of a call/],
  [['run', 'answer', 'run-a'], 2, /text/],
  [['init', '--models', '/nonexistent', '--state', 'new'], 2, /cannot be read/],
  [['why', 'a', 'b', 'c', 'd'], 2, /one value/],
])('%j ends with %i and says why, in a line and a remedy', (argv, exit, words) => {
  const answer = duovir(argv);
  expect(answer.errors).toMatch(words);
  expect(answer.exit).toBe(exit);
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  expect(answer.errors).not.toMatch(/[\u0000-\u0009\u000b-\u001f]|\bat .*\.ts:\d/);
});

test('an error is JSON on one line with --json, and nothing is on standard output', () => {
  const { output, errors } = duovir(['status', '--json']);
  expect(output).toBe('');
  expect(JSON.parse(errors)).toEqual({
    error: { code: 'not-up', message: expect.any(String), remedy: expect.stringContaining('duovir up'), exit: 3 },
  });
});

test.each([
  [{ DUOVIR_STATE: '/nonexistent\u001b[2J' }, 3],
  [{ DUOVIR_STATE: '/etc/passwd' }, 3],
  [{ DUOVIR_URL: 'javascript:alert(1)' }, 2],
  [{ COLUMNS: '-5', LINES: 'x', TERM: '\u001b[2J' }, 3],
])('the environment %j does no harm', (environment, exit) => {
  const answer = duovir(['run', 'list'], environment);
  expect(answer.exit).toBe(exit);
  expect(answer.errors).not.toContain('\u001b');
});

test('help is on standard output and ends well', () => {
  const { exit, output } = duovir(['run', 'start', '--help']);
  expect(exit).toBe(0);
  expect(output).toContain('--idempotency-key');
});

test('no token and no key is ever written', () => {
  for (const argv of [
    ['init', '--state', join(folder, 'other')],
    ['run', 'list', '--url', 'http://127.0.0.1:9'],
  ]) {
    const { output, errors } = duovir(argv, { DUOVIR_DEBUG: '1' });
    expect(output + errors).not.toMatch(/duovir_[A-Za-z0-9_-]{20}|PRIVATE KEY/);
  }
});

test('output that nobody reads to its end is no success', () => {
  const unread = '"$0" "$@" | sleep 1 <&-; echo "${PIPESTATUS[0]}"';
  const { stdout } = spawnSync('bash', ['-c', unread, process.execPath, COMMAND, 'help'], { encoding: 'utf8' });
  expect(stdout).toBe('141\n');
});
