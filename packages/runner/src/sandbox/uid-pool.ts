import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { getuid } from 'node:process';
import { SandboxError } from './error.ts';

/**
 * Uids nobody else hands out: above what distributions give to people, subordinate ids and systemd containers. The
 * second range is for a root that owns only a part of the uids, as in a container.
 */
const RANGES = [
  { first: 1_900_000_000, count: 65_536 },
  { first: 60_100, count: 400 },
];
const ATTEMPTS = 64;

/** Whom a sandbox runs as on the host. It is never uid 0, whatever the uid inside. */
export type Identity =
  /** An ordinary user has no other uid to give: its sandboxes are kept apart by namespaces alone. */
  | { readonly kind: 'own'; readonly uid: number }
  | { readonly kind: 'pooled'; readonly uid: number; release(): Promise<void> };

let turn = 0;

/** As root, an unused uid of the pool; else our own. A killed runner gives its uids back by dying. */
export async function takeIdentity(): Promise<Identity> {
  const own = getuid?.();
  if (own === undefined) throw new SandboxError('platform-unsupported', 'this system has no user ids');
  if (own !== 0) return { kind: 'own', uid: own };

  const range = usableRange(readFileSync('/proc/self/uid_map', 'utf8'));
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const uid = range.first + ((process.pid + turn++) % range.count);
    const claim = await claimed(uid);
    if (claim) return { kind: 'pooled', uid, release: () => released(claim) };
  }
  throw new SandboxError('uid-pool-empty', `no uid from ${range.first} on is free after ${ATTEMPTS} attempts`);
}

/** The first range that is wholly mapped in this user namespace. */
export function usableRange(uidMap: string): (typeof RANGES)[number] {
  const extents = uidMap
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const mapped = ({ first, count }: (typeof RANGES)[number]): boolean =>
    extents.some(([start = 0, , length = 0]) => start <= first && first + count <= start + length);
  const range = RANGES.find(mapped);
  if (!range) throw new SandboxError('uid-pool-empty', 'no range of the uid pool is mapped in this user namespace');
  return range;
}

/** An abstract socket is a lock that the kernel lets go of the moment its owner dies. */
async function claimed(uid: number): Promise<Server | undefined> {
  const server = createServer().listen({ path: `\0duovir-sandbox-uid-${uid}` });
  server.unref();
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

function released(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
