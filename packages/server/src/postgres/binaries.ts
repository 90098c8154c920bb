import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ServerError } from '../error.ts';
import { canReach, type Account } from './account.ts';
import { embeddedBinaries } from './embedded.ts';

export interface Binaries {
  readonly folder: string;
  readonly major: number;
}

const OLDEST = 13;

/** Where distributions put the server programs: Debian, Red Hat. */
const installations = [
  { parent: '/usr/lib/postgresql', folder: /^(\d+)$/ },
  { parent: '/usr', folder: /^pgsql-(\d+)$/ },
];

/**
 * The programs to use, best first: installed ones (their distribution patches them) before the embedded ones. A data
 * directory belongs to the major version that made it.
 */
export function findBinaries(
  account: Account,
  search: { readonly path: string; readonly copyTo: string; readonly major: number | undefined },
): Binaries {
  const { path, copyTo, major } = search;
  const fits = (binaries: Binaries | undefined): binaries is Binaries =>
    binaries !== undefined && binaries.major >= OLDEST && (major === undefined || binaries.major === major);
  const installed = installedBinaries(account, path).find(fits);
  if (installed) return installed;
  const embedded = embeddedBinaries(account, copyTo);
  const packaged = embedded === undefined ? undefined : { folder: embedded, major: majorOf(embedded) };
  if (fits(packaged)) return packaged;
  throw major === undefined
    ? new ServerError('postgres-missing', 'There is no PostgreSQL on this machine and none in node_modules.')
    : new ServerError('postgres-version', `The data directory needs PostgreSQL ${major}, which is not installed.`);
}

function installedBinaries(account: Account, path: string): Binaries[] {
  const known = installations.flatMap(({ parent, folder }) =>
    (existsSync(parent) ? readdirSync(parent) : []).flatMap((name) => {
      const version = folder.exec(name)?.[1];
      const bin = join(parent, name, 'bin');
      return version !== undefined && isComplete(bin) ? [{ folder: bin, major: Number(version) }] : [];
    }),
  );
  const others = path
    .split(delimiter)
    .filter((folder) => folder !== '' && isComplete(folder) && canReach(account, folder))
    .map((folder) => ({ folder, major: majorOf(folder) }));
  return [...known.toSorted((a, b) => b.major - a.major), ...others];
}

function isComplete(folder: string): boolean {
  return existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb'));
}

function majorOf(folder: string): number {
  const answer = execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' });
  return Number(/(\d+)/.exec(answer)?.[1] ?? 0);
}
