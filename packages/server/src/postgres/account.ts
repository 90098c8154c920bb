import { chownSync, existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';

const NOBODY = 65_534;
const SETPRIV = '/usr/bin/setpriv';

/** The operating-system account that PostgreSQL runs under: never root, which it refuses. */
export interface Account {
  readonly uid: number;
  /** Whether it differs from ours, so that files must be handed over. */
  readonly foreign: boolean;
  /** Name of our own account: the only one that PostgreSQL lets in. */
  readonly owner: string;
}

export function databaseAccount(): Account {
  const own = userInfo();
  return own.uid === 0
    ? { uid: NOBODY, foreign: true, owner: own.username }
    : { uid: own.uid, foreign: false, owner: own.username };
}

export function handOver(account: Account, path: string): void {
  if (account.foreign) chownSync(path, account.uid, account.uid);
}

/** Whether the account can walk down to `path`: every folder above it must let strangers through. */
export function canReach(account: Account, path: string): boolean {
  if (!account.foreign) return true;
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** The command under the account; with `diesWithParent` the kernel interrupts it when we are gone, however we died. */
export function commandAs(
  account: Account,
  argv: readonly [string, ...string[]],
  diesWithParent: boolean,
): { readonly file: string; readonly arguments: readonly string[] } {
  const [file, ...rest] = argv;
  if (!existsSync(SETPRIV)) return { file, arguments: rest };
  const drop = account.foreign
    ? ['--reuid', String(account.uid), '--regid', String(account.uid), '--clear-groups']
    : [];
  const death = diesWithParent ? ['--pdeathsig', 'INT'] : [];
  return { file: SETPRIV, arguments: [...drop, '--no-new-privs', ...death, '--', ...argv] };
}
