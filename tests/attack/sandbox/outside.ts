import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What an escaped process could get hold of: files, a process, listeners and a socket of the host. */
export interface Outside {
  readonly directory: string;
  /** What the attempts are told about it. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** @param user who owns the canaries and the process, so that plain file permissions stop nothing */
export async function layCanaries(user: number): Promise<Outside> {
  const directory = mkdtempSync(join(tmpdir(), 'duovir-outside-'));
  chmodSync(directory, 0o755);
  const asRoot = process.getuid?.() === 0;
  const give = (path: string): void => {
    if (asRoot) chownSync(path, user, user);
  };
  for (const name of ['own', 'root']) writeFileSync(join(directory, name), 'canary', { mode: 0o600 });
  give(join(directory, 'own'));
  mkdirSync(join(directory, 'here'));
  give(join(directory, 'here'));

  const sleeper = spawn('sleep', ['1234321'], asRoot ? { uid: user, gid: user } : {});
  const abstract = `duovir-canary-${randomUUID()}`;
  const port = createServer().listen(0, '127.0.0.1');
  const servers = [port, createServer().listen(`\0${abstract}`), createServer().listen(join(directory, 'socket'))];
  await Promise.all([once(sleeper, 'spawn'), ...servers.map((server) => once(server, 'listening'))]);
  chmodSync(join(directory, 'socket'), 0o777);
  return {
    directory,
    environment: {
      HOST_PID: String(sleeper.pid),
      OUTSIDE: directory,
      HOST_PORT: String((port.address() as AddressInfo).port),
      ABSTRACT: abstract,
    },
    close: async () => {
      sleeper.kill('SIGKILL');
      await Promise.all(servers.map(closed));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
