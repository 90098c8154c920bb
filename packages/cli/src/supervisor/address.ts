import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';
import { portSchema } from '@duovir/protocol';
import type { StateDirectory } from '@duovir/principal';
import { CliError } from '../error.ts';

const LOOPBACK = '127.0.0.1';
const DEFAULT_PORT = 7070;

/** The server's configuration; what else it holds is the server's business and stays as it is. */
const addressSchema = z.looseObject({ host: z.string().min(1).max(255), port: portSchema });
/** Where the API listens; `server.json` of the state directory, which the server reads. */
export type Address = Pick<z.infer<typeof addressSchema>, 'host' | 'port'>;

const addressFile = (state: StateDirectory): string => join(state.root, 'server.json');

export function readAddress(state: StateDirectory): Address | undefined {
  const file = addressFile(state);
  if (!existsSync(file)) return undefined;
  try {
    return addressSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CliError(
      'refused',
      `${file} is not valid.`,
      'Write {"host": "127.0.0.1", "port": 7070}, or remove it.',
      cause,
    );
  }
}

export function urlOf({ host, port }: Address): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * Settles where the API will listen and remembers it, so that a restarted server is found where it was. Port 0 stands
 * for any free port; without a wish the last one or the usual one is taken, or any when that is not free.
 */
export async function chooseAddress(state: StateDirectory, wish: Partial<Address>): Promise<Address> {
  const last = readAddress(state);
  const host = wish.host ?? last?.host ?? LOOPBACK;
  const port = await choosePort(host, wish.port, last?.port ?? DEFAULT_PORT);
  const address = { ...last, host, port };
  const file = addressFile(state);
  writeFileSync(`${file}.unfinished`, `${JSON.stringify(address)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.unfinished`, file);
  return address;
}

/** Whether clients will call it at all: browsers and Node refuse ports of other protocols, as of SSH (Fetch, "bad port"). */
async function isCallable(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}`, { method: 'HEAD', redirect: 'manual' });
    return true;
  } catch (error) {
    return !(error instanceof TypeError && error.cause instanceof Error && error.cause.message === 'bad port');
  }
}

async function choosePort(host: string, wished: number | undefined, usual: number): Promise<number> {
  const port = await tryPort(host, wished ?? usual);
  if (port !== undefined && !(await isCallable(port)))
    throw new CliError(
      'start-failed',
      `Port ${port} belongs to another protocol: browsers and other clients refuse to call it.`,
      'Choose another one with --port; --port 0 takes any free port.',
    );
  if (port !== undefined) return port;
  const other = wished === undefined ? await tryPort(host, 0) : undefined;
  if (other !== undefined) return other;
  throw new CliError(
    'start-failed',
    `Cannot listen on ${host} port ${wished ?? usual}: it is taken, or not an address of this machine.`,
    'Choose another one with --port or --host; --port 0 takes any free port.',
  );
}

/** The port, when it can be listened on now. */
function tryPort(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
