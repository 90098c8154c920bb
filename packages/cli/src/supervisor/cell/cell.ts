import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execPath, getuid } from 'node:process';
import { libraryFolders } from './libraries.ts';
import type { Program } from './program.ts';

/** Under whom the processes of cells run. */
export type CellUser =
  /** An ordinary user has no other to give: namespaces alone keep its cells apart. */
  | { readonly kind: 'shared' }
  /** As root: a user id of the principal's own, and the group of those who may call the gateway. */
  | { readonly kind: 'own'; readonly uid: number; readonly callers: number; readonly setpriv: string };

/** What one principal sees of this machine. Everything else is not hidden but absent. */
export interface Cell {
  readonly name: string;
  readonly user: CellUser;
  readonly bubblewrap: string;
  readonly program: Program;
  /** The state directory, which may lie inside a folder of the program: emptied before anything of it is shown. */
  readonly state: string;
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /** Compiled sources that only the supervisor's user writes: cached code is executed. */
  readonly compileCache: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Descriptor through which bubblewrap reads the filter of system calls. */
export const FILTER_DESCRIPTOR = 3;
const DEVICES = ['/dev/null', '/dev/urandom'];
/** What the kernel tells of the keys of the user who runs us. */
const HIDDEN = ['/proc/keys', '/proc/key-users'].filter((path) => existsSync(path));

/** The command that becomes `argv` inside the cell. */
export function inCell(cell: Cell, argv: readonly string[]): [string, ...string[]] {
  const { name, user, bubblewrap, environment } = cell;
  return [
    bubblewrap,
    ...(user.kind === 'shared' ? ['--unshare-user', '--cap-drop', 'ALL'] : onlyToChangeUser),
    ...['pid', 'net', 'ipc', 'uts'].map((namespace) => `--unshare-${namespace}`),
    '--unshare-cgroup-try',
    '--hostname',
    name,
    '--die-with-parent',
    '--new-session',
    ...files(cell),
    '--chdir',
    '/',
    '--clearenv',
    ...Object.entries(environment).flatMap(([variable, value]) => ['--setenv', variable, value]),
    '--seccomp',
    String(FILTER_DESCRIPTOR),
    '--',
    ...(user.kind === 'own' ? asUser(user) : []),
    ...argv,
  ];
}

/** Root makes the cell, for the principal's own user may reach neither the program nor the state directory. */
const onlyToChangeUser = ['ALL', 'CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'].flatMap((capability, index) => [
  index === 0 ? '--cap-drop' : '--cap-add',
  capability,
]);

function asUser({ uid, callers, setpriv }: Extract<CellUser, { kind: 'own' }>): string[] {
  return [
    setpriv,
    `--reuid=${uid}`,
    `--regid=${uid}`,
    `--groups=${callers}`,
    '--inh-caps=-all',
    '--bounding-set=-all',
    '--no-new-privs',
    '--',
  ];
}

interface Mount {
  readonly place: string;
  /** Options of bubblewrap before the place itself. */
  readonly how: readonly string[];
}

const readOnly = (path: string, place = path): Mount => ({ place, how: ['--ro-bind', path] });

function files({ program, state, readable, writable, user, compileCache }: Cell): string[] {
  const shown = [...libraryFolders(), execPath, ...(user.kind === 'own' ? [user.setpriv] : []), ...program.folders];
  const mounts: Mount[] = [
    { place: '/proc', how: ['--proc'] },
    ...HIDDEN.map((path) => readOnly('/dev/null', path)),
    ...DEVICES.map((device) => ({ place: device, how: ['--dev-bind', device] })),
    ...shown.map((path) => readOnly(path)),
    ...[...program.links].map(([link, target]) => ({ place: link, how: ['--symlink', target] })),
    { place: state, how: ['--perms', '0755', '--tmpfs'] },
    ...cacheMounts(user, compileCache),
    ...readable.filter((path) => existsSync(path)).map((path) => readOnly(path)),
    ...writable.map((path) => ({ place: path, how: ['--bind', path] })),
    ...[state, '/'].map((place) => ({ place, how: ['--remount-ro'] })),
  ];
  return [...withFolders(mounts)];
}

/** bubblewrap makes missing folders for root alone, but whoever runs here is another user. */
function* withFolders(mounts: readonly Mount[]): Generator<string> {
  const made = new Set(['/', '/proc']);
  for (const { place, how } of mounts) {
    for (const folder of foldersAbove(place)) {
      if (made.has(folder)) continue;
      made.add(folder);
      yield* ['--perms', '0755', '--dir', folder];
    }
    yield* [...how, place];
  }
}

function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [...foldersAbove(above), above];
}

/** Node keeps one folder per user id: that of whoever compiled is shown in the place of the reader's own. */
function cacheMounts(user: CellUser, cache: string): Mount[] {
  const ours = `-${getuid?.() ?? 0}`;
  const seen = user.kind === 'own' ? `-${user.uid}` : ours;
  if (!existsSync(cache)) return [];
  return readdirSync(cache)
    .filter((name) => name.endsWith(ours))
    .map((name) => readOnly(join(cache, name), join(cache, `${name.slice(0, -ours.length)}${seen}`)));
}
