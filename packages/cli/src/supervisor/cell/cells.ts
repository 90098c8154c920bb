import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { getuid } from 'node:process';
import { text } from 'node:stream/consumers';
import type { StateDirectory } from '@duovir/principal';
import { CliError } from '../../error.ts';
import type { CellUser } from './cell.ts';
import { findProgram } from './libraries.ts';
import { OwnUids } from './own-uids.ts';
import { startInCell } from './start-in-cell.ts';
import { WEAKER } from './weaker.ts';

/** What every cell of an installation has in common. */
export type Cells =
  | { readonly kind: 'one-uid'; readonly bubblewrap: string }
  | { readonly kind: 'own-uids'; readonly bubblewrap: string; readonly setpriv: string; readonly uids: OwnUids };

/** As root, a user id of the principal's own; without a principal, one that owns nothing. */
export function userOf(cells: Cells, principal?: string): CellUser {
  if (cells.kind === 'one-uid') return { kind: 'shared' };
  const { callers } = cells.uids;
  return {
    kind: 'own',
    uid: principal === undefined ? callers : cells.uids.of(principal),
    callers,
    setpriv: cells.setpriv,
  };
}

/** Throws `cells-missing` unless a cell can really be made here: it is tried with the flags that agents get. */
export async function openCells(state: StateDirectory, path: string, compileCache: string): Promise<Cells> {
  const bubblewrap = program('bwrap', path);
  const cells: Cells =
    getuid?.() === 0
      ? { kind: 'own-uids', bubblewrap, setpriv: program('setpriv', path), uids: new OwnUids(state) }
      : { kind: 'one-uid', bubblewrap };
  const child = startInCell(
    {
      name: 'trial',
      user: userOf(cells),
      bubblewrap,
      program: { folders: [], links: new Map() },
      state: state.root,
      readable: [],
      writable: [],
      compileCache,
      environment: {},
    },
    [process.execPath, '--version'],
  );
  child.stdin.end();
  const [complaint, said] = await Promise.all([text(child.stderr), text(child.stdout), once(child, 'exit')]);
  if (said.trim() !== process.version) throw missing(complaint.trim().split('\n').at(-1) ?? 'bubblewrap does not work');
  return cells;
}

function program(name: string, path: string): string {
  const found = findProgram(name, path);
  if (found === undefined) throw missing(`there is no ${name}`);
  return found;
}

function missing(why: string): CliError {
  const isRestricted = setting('kernel/apparmor_restrict_unprivileged_userns') === '1';
  return new CliError(
    'cells-missing',
    `No cells can be made for agents here (${why}). ${WEAKER}`,
    `Install bubblewrap 0.8 or newer${isRestricted ? ' with an AppArmor profile that lets it make user namespaces' : ''}, or accept this with \`duovir up --without-cells\`.`,
  );
}

function setting(name: string): string {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return ''; // this kernel does not have the setting
  }
}
