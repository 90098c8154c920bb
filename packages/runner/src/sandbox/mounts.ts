import { existsSync } from 'node:fs';
import type { SandboxLimits } from './limits.ts';

/** Where files of a run may be written, and all that a snapshot looks at together with SHARED_MEMORY. */
export const WRITABLE_ROOTS = ['/workspace', '/run', '/tmp'] as const;
export const SHARED_MEMORY = '/dev/shm';

/** Of /etc on the host: what programs need to find libraries, certificates, time zone and the names of ports. */
const SHARED_ETC = [
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'alternatives',
  'ssl/certs',
  'ssl/openssl.cnf',
  'localtime',
  'services',
  'protocols',
  'mime.types',
];

/**
 * The file system of a run: /usr of the host read-only, everything writable in memory, no directory of the host. Files
 * of `etc` come through descriptors.
 */
export function holderMounts(limits: SandboxLimits, etc: readonly { path: string; descriptor: number }[]): string[] {
  return [
    '--ro-bind',
    '/usr',
    '/usr',
    ...['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    '--dir',
    '/etc',
    ...SHARED_ETC.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    ...etc.flatMap(({ path, descriptor }) => ['--perms', '0444', '--file', String(descriptor), path]),
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    ...inMemory(SHARED_MEMORY, '1777', limits.temporaryBytes),
    '--remount-ro',
    '/dev', // it is writable and unbounded otherwise
    ...inMemory('/tmp', '1777', limits.temporaryBytes),
    ...inMemory('/run', '0700', limits.temporaryBytes),
    ...inMemory('/workspace', '0700', limits.workspaceBytes),
    '--symlink',
    '../run',
    '/var/run',
    '--symlink',
    '../tmp',
    '/var/tmp',
    '--remount-ro',
    '/',
    '--chdir',
    '/workspace',
    '--clearenv',
    '--setenv',
    'PATH',
    '/usr/bin',
  ];
}

/** What the kernel tells of the keys of the user who runs us; they are not of this sandbox's business. */
const HIDDEN = ['/proc/keys', '/proc/key-users'].filter((path) => existsSync(path));

/** How a command sees that file system. Device nodes must work, hence not `--bind`, which adds nodev. */
export function commandMounts(access: 'read-write' | 'read-only', isolated: boolean): string[] {
  const readOnly = ['/', SHARED_MEMORY, ...WRITABLE_ROOTS].flatMap((path) => ['--remount-ro', path]);
  return [
    '--dev-bind',
    '/',
    '/',
    ...(access === 'read-only' ? readOnly : []),
    ...(isolated ? ['--unshare-pid', '--proc', '/proc'] : []),
    ...HIDDEN.flatMap((path) => ['--ro-bind', '/dev/null', path]),
  ];
}

function inMemory(path: string, mode: string, bytes: number): string[] {
  return ['--perms', mode, '--size', String(bytes), '--tmpfs', path];
}
