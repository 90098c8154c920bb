import { isAbsolute } from 'node:path';
import { SandboxError } from './error.ts';
import { commandMounts } from './mounts.ts';

export interface CommandSpecification {
  /** Program and arguments, given to the kernel as they are; no shell reads them. */
  readonly argv: readonly string[];
  /** Added to a small base (PATH, HOME, LANG, TMPDIR, USER, LOGNAME, TERM); nothing of the runner's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Absolute; /workspace when absent. */
  readonly cwd?: string;
}

const BASE_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/workspace',
  LANG: 'C.UTF-8',
  TMPDIR: '/tmp',
  USER: 'worker',
  LOGNAME: 'worker',
  TERM: 'dumb',
};

/**
 * Flags of the inner bubblewrap. A user namespace for each command: no other command can read its memory, its
 * environment or trace it, though they share process ids and network.
 */
export function commandFlags(
  { env, cwd }: CommandSpecification,
  access: 'read-write' | 'read-only',
  isolated: boolean,
): string[] {
  return [
    '--unshare-user',
    '--uid',
    '1000',
    '--gid',
    '1000',
    '--cap-drop',
    'ALL',
    '--die-with-parent',
    '--new-session',
    ...commandMounts(access, isolated),
    '--chdir',
    cwd ?? '/workspace',
    '--clearenv',
    ...Object.entries({ ...BASE_ENVIRONMENT, ...env }).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
}

/** Throws `argument-invalid` for what the kernel or bubblewrap would misread. No value is repeated: it may be secret. */
export function checkCommand({ argv, env = {}, cwd = '/' }: CommandSpecification): void {
  const refuse = (detail: string): never => {
    throw new SandboxError('argument-invalid', detail);
  };
  if (!argv[0]) refuse('argv names no program');
  if (argv.some((word) => word.includes('\0'))) refuse('an argument holds a NUL character');
  if (!isAbsolute(cwd) || cwd.includes('\0')) refuse('cwd is not an absolute path');
  for (const [name, value] of Object.entries(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) refuse('an environment name is not letters, digits and underscores');
    if (value.includes('\0')) refuse(`environment value ${name} holds a NUL character`);
  }
}
