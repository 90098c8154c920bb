import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isGone, ownerName } from './process-owner.ts';
import { isOneOf } from '../system-error.ts';

const NAME = /^(\S+)\.[0-9a-f]{12}\.partial$/;

/**
 * Makes the folder in which something is put together before it appears under its name, and clears away those for the same name
 * whose process is gone. Who owns a folder is in its name, which it has from its first moment: a lock that is taken after the
 * folder is made would leave a moment in which a living process seems to have none, and Node has no lock that the system lets go
 * of when its holder is killed. In doubt a folder stays.
 */
export function openWorkplace(destination: string): string {
  const folder = `${destination}.${ownerName()}.${randomBytes(6).toString('hex')}.partial`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const left of leftOf(destination)) takeOver(left, join(folder, 'left'));
  return folder;
}

function leftOf(destination: string): string[] {
  const [parent, prefix] = [dirname(destination), `${basename(destination)}.`];
  return readdirSync(parent, { withFileTypes: true }).flatMap((one) => {
    // A link with such a name leads to what is not ours.
    if (!one.isDirectory() || !one.name.startsWith(prefix)) return [];
    const [, owner] = NAME.exec(one.name.slice(prefix.length)) ?? [];
    return owner !== undefined && isGone(owner) ? [join(parent, one.name)] : [];
  });
}

/** Moved into the own folder, it goes when that goes, even if this process is killed in the middle; only one of several gets it. */
function takeOver(left: string, into: string): void {
  mkdirSync(into, { recursive: true, mode: 0o700 });
  try {
    renameSync(left, join(into, basename(left)));
  } catch (error) {
    // Somebody else was faster, or it is somebody else's: neither stands in the way of what is to be made.
    if (!isOneOf(error, 'ENOENT', 'EACCES', 'EPERM')) throw error;
  }
}
