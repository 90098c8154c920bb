import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createKey, loadPublicKey, type StateDirectory } from '@duovir/principal';
import { keyIdOf, type Role, type TrustPolicy } from '@duovir/protocol';
import { writeNewFile } from '../init/durable-file.ts';

/** A key waits here until the trust policy that names it is in force. */
const NEXT = 'next';
const PREVIOUS = 'previous';
const files = ['key.pem', 'public.pem'] as const;

export function folderOf(state: StateDirectory, name: string, role: Role): string {
  return role === 'person' ? state.person(name) : state.principal(name);
}

/** The public half of the principal's key, which is made here if there is none yet; with the officer's key pinned beside it. */
export function keyFor(state: StateDirectory, name: string, role: Role): string {
  const folder = folderOf(state, name, role);
  if (!existsSync(join(folder, files[0]))) createKey(folder);
  const pin = join(folder, 'officer.pem');
  if (!existsSync(pin)) writeNewFile(pin, readFileSync(join(state.officer, 'public.pem'), 'utf8'), 0o644);
  return loadPublicKey(folder);
}

/** The public half of the key that is to follow. The one in use stays where it is. */
export function nextKeyFor(state: StateDirectory, name: string, role: Role): string {
  const folder = join(folderOf(state, name, role), NEXT);
  if (!existsSync(join(folder, files[0]))) createKey(folder);
  return loadPublicKey(folder);
}

/**
 * Puts the keys that a policy now in force names in the place of those it does not name any more, and returns whose. The old
 * ones are kept: what they have signed must be looked at for years. May be repeated after a crash.
 */
export function takeUpNextKeys(state: StateDirectory, { principals }: TrustPolicy): string[] {
  return principals
    .filter(({ name, role, publicKey }) => {
      const folder = folderOf(state, name, role);
      const isNext = existsSync(join(folder, NEXT, 'public.pem')) && loadPublicKey(join(folder, NEXT)) === publicKey;
      if (isNext) takeUp(folder, name);
      return isNext;
    })
    .map(({ name }) => name);
}

/** The key first: until its public half follows, this is done again. At no time is there none. */
function takeUp(folder: string, name: string): void {
  const old = keyIdOf(name, Buffer.from(loadPublicKey(folder), 'base64')).split('/')[1] ?? '';
  const previous = join(folder, PREVIOUS, old);
  mkdirSync(previous, { recursive: true, mode: 0o700 });
  for (const file of files) {
    const next = join(folder, NEXT, file);
    if (!existsSync(next)) continue;
    if (!existsSync(join(previous, file))) keep(join(folder, file), join(previous, file));
    renameSync(next, join(folder, file));
  }
}

function keep(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Not every file system has links.
    copyFileSync(from, to);
  }
}
