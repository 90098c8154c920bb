import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StateDirectory } from '@duovir/principal';
import { CliError } from '../error.ts';
import { GATEWAY } from './cell/agent-cell.ts';
import { privateFolder } from './cell/hand-over.ts';

/**
 * Makes the private folder of the sockets. One that somebody else made first would let him listen in: refused. Within it
 * the gateway's folder is there before anybody is shown it; `callers` is the group that may call there.
 */
export function openSocketFolder({ sockets, socketFolder }: StateDirectory, callers: number | undefined): void {
  mkdirSync(sockets, { recursive: true, mode: 0o700 });
  const status = lstatSync(sockets);
  if (!status.isDirectory() || status.uid !== process.getuid?.() || (status.mode & 0o077) !== 0)
    throw new CliError(
      'state-unsafe',
      `${sockets} is not a folder that only we can enter.`,
      `Remove ${sockets} and start again; find out who made it.`,
    );
  privateFolder(socketFolder(GATEWAY), status.uid, callers);
}

export function clearSocketFolder({ sockets }: StateDirectory): void {
  for (const name of readdirSync(sockets)) rmSync(join(sockets, name), { recursive: true, force: true });
  rmSync(sockets, { recursive: true, force: true });
}
