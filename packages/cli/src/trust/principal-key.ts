import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  createKey,
  loadPublicKey,
  loadSignerFile,
  LOG_KEY,
  NEXT_KEY,
  OWN_KEY,
  type KeyNames,
  type StateDirectory,
} from '@duovir/principal';
import { parseVkey } from '@duovir/ledger';
import { keyIdOf, type Role, type TrustPolicy } from '@duovir/protocol';
import { writeNewFile } from '../init/durable-file.ts';

const PREVIOUS = 'previous';

export function folderOf(state: StateDirectory, name: string, role: Role): string {
  return role === 'person' ? state.person(name) : state.principal(name);
}

/** The public half of the principal's key, which is made here if there is none yet; with the officer's key pinned beside it. */
export function keyFor(state: StateDirectory, name: string, role: Role): string {
  const folder = folderOf(state, name, role);
  const publicKey = madeKey(folder, name, OWN_KEY);
  const pin = join(folder, 'officer.pem');
  if (!existsSync(pin)) writeNewFile(pin, readFileSync(join(state.officer, 'public.pem'), 'utf8'), 0o644);
  return publicKey;
}

/** The public half of the key that is to follow. The one in use stays where it is. */
export function nextKeyFor(state: StateDirectory, name: string, role: Role, names: KeyNames = OWN_KEY): string {
  return madeKey(join(folderOf(state, name, role), NEXT_KEY), name, names);
}

/** That of the program that was named there, or of the key file, which is made if there is none. */
function madeKey(folder: string, name: string, names: KeyNames): string {
  const known = publicKeyIn(folder, name, names);
  return known ?? createKey(folder, names).publicKey;
}

function publicKeyIn(folder: string, name: string, names: KeyNames): string | undefined {
  const signer = join(folder, names.signer);
  if (existsSync(signer)) return loadSignerFile(signer, name).publicKey;
  return existsSync(join(folder, names.key)) ? loadPublicKey(folder, names) : undefined;
}

/**
 * Puts the keys that a policy now in force names in the place of those it does not name any more, and returns whose. The old
 * ones are kept: what they have signed must be looked at for years. Each process finds its key in either place, so that a crash in
 * between changes nothing; may be repeated.
 */
export function takeUpNextKeys(state: StateDirectory, { principals, log }: TrustPolicy): string[] {
  const logKey = parseVkey(log.vkey).rawKey.toString('base64');
  return principals
    .filter(({ name, role, publicKey }) => {
      const folder = folderOf(state, name, role);
      const own = takeUpIf(folder, name, publicKey, OWN_KEY);
      const ofLog = role === 'server' && takeUpIf(folder, name, logKey, LOG_KEY);
      return own || ofLog;
    })
    .map(({ name }) => name);
}

function takeUpIf(folder: string, name: string, publicKey: string, names: KeyNames): boolean {
  const next = join(folder, NEXT_KEY);
  const isHalfMoved = existsSync(join(next, names.publicHalf)) && loadPublicKey(next, names) === publicKey;
  const isNext = isHalfMoved || publicKeyIn(next, name, names) === publicKey;
  if (isNext) takeUp(folder, name, names);
  return isNext;
}

/** A key's public half comes last: until then, this is done again. At no time is there none. */
function takeUp(folder: string, name: string, names: KeyNames): void {
  const next = join(folder, NEXT_KEY);
  const old = publicKeyIn(folder, name, names);
  if (old !== undefined) keepPrevious(folder, keyIdOf(name, Buffer.from(old, 'base64')).split('/')[1] ?? '', names);
  if (existsSync(join(next, names.signer))) {
    renameSync(join(next, names.signer), join(folder, names.signer));
    for (const file of [names.key, names.publicHalf]) rmSync(join(folder, file), { force: true });
    return;
  }
  if (existsSync(join(next, names.key))) renameSync(join(next, names.key), join(folder, names.key));
  rmSync(join(folder, names.signer), { force: true });
  // Without one, where a crash came when the key was made, it is made of the key.
  if (existsSync(join(next, names.publicHalf)))
    renameSync(join(next, names.publicHalf), join(folder, names.publicHalf));
  else rmSync(join(folder, names.publicHalf), { force: true });
}

function keepPrevious(folder: string, id: string, { key, publicHalf, signer }: KeyNames): void {
  const previous = join(folder, PREVIOUS, id);
  mkdirSync(previous, { recursive: true, mode: 0o700 });
  for (const file of [key, publicHalf, signer])
    if (existsSync(join(folder, file)) && !existsSync(join(previous, file)))
      keep(join(folder, file), join(previous, file));
}

function keep(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Not every file system has links.
    copyFileSync(from, to);
  }
}
