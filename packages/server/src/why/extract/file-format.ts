import type { Plan } from '@duovir/protocol';

/** How a file is read. `opaque`: as one value. */
export type FileFormat =
  | 'yaml'
  | 'json'
  | 'toml'
  | 'ini'
  | 'postgresql.conf'
  | 'pg_hba.conf'
  | 'redis.conf'
  | 'nginx'
  | 'opaque';

const byName: readonly (readonly [RegExp, FileFormat])[] = [
  [/^postgresql(?:\.auto)?\.conf$/, 'postgresql.conf'],
  [/^pg_hba\.conf$/, 'pg_hba.conf'],
  [/^(?:redis|valkey|sentinel)(?:[-_.]\w+)*\.conf$/, 'redis.conf'],
  [/^nginx(?:[-_.]\w+)*\.conf$/, 'nginx'],
  [/\.ya?ml$/, 'yaml'],
  [/\.json$/, 'json'],
  [/\.toml$/, 'toml'],
  [/\.(?:ini|cnf)$/, 'ini'],
];

/** By the program that is started with it. */
const byProgram: Readonly<Record<string, FileFormat>> = {
  postgres: 'postgresql.conf',
  'redis-server': 'redis.conf',
  'valkey-server': 'redis.conf',
  nginx: 'nginx',
};

/** By its name, else by the program that the plan starts with it. */
export function formatOfFile(path: string, plan?: Plan): FileFormat {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const named = byName.find(([pattern]) => pattern.test(name))?.[1];
  if (named || !plan) return named ?? 'opaque';
  const programs = servicesWith(plan, path).map(({ program }) => byProgram[program]);
  return programs.find((format) => format !== undefined) ?? 'opaque';
}

/** The services that the plan starts with this file, and the names under which it speaks of them. */
export function servicesWith(
  plan: Plan,
  path: string,
): { readonly program: string; readonly names: readonly string[] }[] {
  const folder = path.slice(0, path.lastIndexOf('/'));
  return plan.steps.flatMap(({ call, settings }) => {
    if (call.action !== 'service.start@1') return [];
    const { argv, name } = call.with;
    const isRead = argv.some(
      (word, at) =>
        word === path || word.endsWith(`=${path}`) || (word === folder && argv[at - 1] === '-D' && isOwn(path)),
    );
    if (!isRead) return [];
    const program = (argv[0] ?? '').slice((argv[0] ?? '').lastIndexOf('/') + 1);
    return [{ program, names: [...new Set([name, ...settings.map(({ resource }) => resource)])] }];
  });
}

/** What PostgreSQL looks for in its data directory by itself. */
function isOwn(path: string): boolean {
  return /\/(?:postgresql(?:\.auto)?|pg_hba)\.conf$/.test(path);
}
