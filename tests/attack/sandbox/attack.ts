import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ORCHESTRATOR } from './orchestrator.ts';
import type { Outside } from './outside.ts';

export type Verdicts = ReadonlyMap<string, { readonly verdict: string; readonly detail: string }>;

const execute = promisify(execFile);
const ATTEMPTS = join(import.meta.dirname, 'attempts.pl');
const KEYCTL = process.arch === 'arm64' ? { keyctl: 219, add: 217 } : { keyctl: 250, add: 248 };

/** A new session keyring with a canary in it, for all that follows; and a descriptor that a careless parent left open. */
const LEAKY = [
  '/usr/bin/perl',
  '-e',
  `my ($type, $name, $key) = ('user', 'duovir_canary', 'canary');
   syscall(${KEYCTL.keyctl}, 1, 0); syscall(${KEYCTL.add}, $type, $name, $key, 6, -3);
   require POSIX; open(my $file, '<', $ENV{LEAK}) or die; POSIX::dup2(fileno $file, $_) for 9, 251; $^F = 255; exec @ARGV`,
];

/** Runs all attempts from inside our sandbox. */
export async function attackOurs(
  mode: 'shared' | 'isolated' | 'visit',
  outside: Outside,
  user?: number,
): Promise<Verdicts> {
  const inside = { ...outside.environment, HERE: mode === 'visit' ? '/proc/self' : '/workspace' };
  return attack(
    [
      process.execPath,
      ORCHESTRATOR,
      JSON.stringify({ mode, argv: ['/usr/bin/perl', '-e', readFileSync(ATTEMPTS, 'utf8')], env: inside }),
    ],
    outside,
    user,
  );
}

/** Runs them from a plain bubblewrap with everything unshared and the host's files read-only: the control. */
export async function attackPlain(outside: Outside, user?: number): Promise<Verdicts> {
  const flags = [
    '--unshare-all',
    '--uid',
    '1000',
    '--gid',
    '1000',
    '--ro-bind',
    '/',
    '/',
    '--proc',
    '/proc',
    '--dev',
    '/dev',
  ];
  const here = ['--bind', join(outside.directory, 'here'), '/mnt', '--setenv', 'HERE', '/mnt'];
  return attack(['bwrap', ...flags, ...here, '--', '/usr/bin/perl', ATTEMPTS], outside, user);
}

async function attack(argv: readonly string[], outside: Outside, user?: number): Promise<Verdicts> {
  const identity = user === undefined ? [] : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--'];
  const [command = '', ...rest] = [...LEAKY, ...identity, ...argv];
  const { stdout } = await execute(command, rest, {
    cwd: '/',
    env: {
      ...outside.environment,
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      SANDBOX_SECRET: 'canary',
      LEAK: '/etc/hostname',
    },
    timeout: 60_000,
  });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  return new Map(lines.map(([name = '', verdict = '', detail = '']) => [name, { verdict, detail }]));
}

export function allowed(verdicts: Verdicts): string[] {
  return [...verdicts].filter(([, { verdict }]) => verdict !== 'stopped').map(([name]) => name);
}
