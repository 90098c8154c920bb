import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { dirname, join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { StateDirectory } from '@duovir/principal';
import type { ApiApp } from './api/app.ts';
import type { Configuration } from './configuration.ts';
import { ServerError } from './error.ts';

/** A client that sends its request slower than this is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

function serverOf(app: ApiApp): Server {
  return createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: HEADERS_TIMEOUT_MS },
  }) as Server;
}

/** Listens on TCP. */
export async function listenOn(app: ApiApp, { host, port }: Pick<Configuration, 'host' | 'port'>): Promise<Listening> {
  const server = serverOf(app);
  await listen(server, () => server.listen({ host, port, backlog: 4096 }));
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`, close: () => close(server) };
}

/** Listens on the server's own Unix socket, which only the own user can open. */
export async function listenOnSocket(app: ApiApp, socket: string): Promise<Listening> {
  mkdirSync(dirname(socket), { recursive: true, mode: 0o700 });
  rmSync(socket, { force: true });
  const server = serverOf(app);
  await listen(server, () => {
    // The socket is made before `listen` returns: files that others make meanwhile are not to get this mask.
    const mask = process.umask(0o177);
    try {
      server.listen(socket);
    } finally {
      process.umask(mask);
    }
  });
  chmodSync(socket, 0o600);
  return {
    url: `unix:${socket}`,
    close: async () => {
      await close(server);
      rmSync(socket, { force: true });
    },
  };
}

/** Tells other processes of this installation where the server is; taken back when it stops. */
export function announce(state: StateDirectory, url: string): () => void {
  const file = join(state.socketFolder('server'), 'address.json');
  writeFileSync(`${file}.unfinished`, JSON.stringify({ url, pid: process.pid }), { mode: 0o600 });
  renameSync(`${file}.unfinished`, file);
  return () => rmSync(file, { force: true });
}

async function listen(server: Server, begin: () => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') return reject(cause);
      return reject(new ServerError('address-in-use', `Cannot listen: ${cause.message}.`, cause));
    });
    server.once('listening', resolve);
    begin();
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
