import { readdirSync, readlinkSync } from 'node:fs';
import { isAbsent } from './absent.ts';
import { readProcess, type SandboxProcess } from './process-table.ts';

export interface Listener {
  readonly protocol: 'tcp' | 'tcp6';
  /** Dotted quad, or eight groups of hexadecimal digits without abbreviation. */
  readonly address: string;
  readonly port: number;
  /** Undefined when the owner hides its descriptors from an ordinary user. */
  readonly owner: SandboxProcess | undefined;
}

const LISTENING = '0A';

/** Listening TCP sockets of a network namespace, seen from the host: no process inside can hide or forge the owner. */
export function listenersOf(holder: number, processes: readonly SandboxProcess[]): Listener[] {
  const sockets = (['tcp', 'tcp6'] as const).flatMap((protocol) =>
    listeningSockets(readProcess(holder, `net/${protocol}`) ?? '').map((socket) => ({ protocol, ...socket })),
  );
  if (sockets.length === 0) return [];
  const owners = ownersOf(processes);
  return sockets.map(({ protocol, address, port, inode }) => ({ protocol, address, port, owner: owners.get(inode) }));
}

/** Parses /proc/net/tcp or tcp6. */
export function listeningSockets(table: string): { address: string; port: number; inode: string }[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, local = '', , state, , , , , , inode]) => {
      const [address = '', port = ''] = local.split(':');
      return state === LISTENING && inode !== undefined
        ? [{ address: readableAddress(address), port: Number.parseInt(port, 16), inode }]
        : [];
    });
}

/** The kernel prints 32-bit words in the order of the host, which is little endian on all we support. */
function readableAddress(hexadecimal: string): string {
  const words = hexadecimal.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [...Buffer.from(word, 'hex')].toReversed());
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0));
  return groups.map((group) => group.toString(16)).join(':');
}

/** Forked servers share a socket: the owner is the oldest process that holds it. */
function ownersOf(processes: readonly SandboxProcess[]): Map<string, SandboxProcess> {
  const owners = new Map<string, SandboxProcess>();
  for (const one of processes.toSorted((a, b) => a.pidInside - b.pidInside)) {
    for (const inode of socketsOf(one.pid)) if (!owners.has(inode)) owners.set(inode, one);
  }
  return owners;
}

function socketsOf(pid: number): string[] {
  return listed(`/proc/${pid}/fd`).flatMap((descriptor) => {
    const inode = /^socket:\[(\d+)\]$/.exec(target(`/proc/${pid}/fd/${descriptor}`))?.[1];
    return inode === undefined ? [] : [inode];
  });
}

function listed(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isAbsent(error) || (error as NodeJS.ErrnoException).code === 'EACCES') return [];
    throw error;
  }
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch (error) {
    if (isAbsent(error) || (error as NodeJS.ErrnoException).code === 'EACCES') return '';
    throw error;
  }
}
