import { createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { rawPublicKey } from '@duovir/protocol';
import { PrincipalError } from './error.ts';
import { LOG_KEY, loadKeyFile, OWN_KEY, type KeyNames } from './key-file.ts';
import type { OwnedSigner } from './signer/external-signer.ts';
import { loadSignerFile } from './signer/signer-file.ts';

/** A key waits here until the trust policy that names it is in force. */
export const NEXT_KEY = 'next';

/**
 * The principal's key, from `key.pem` or by the program that `signer.json` names. With `publicKey`, the one that the trust policy
 * enrols: the key in use, or the one that was prepared to follow it in `next/`. So a rotation is done the moment the policy
 * is in force, whatever has been moved by then.
 */
export async function openSigner(folder: string, principal: string, publicKey?: string): Promise<OwnedSigner> {
  if (publicKey !== undefined) return openEnrolled(folder, principal, publicKey, [OWN_KEY]);
  const signer = join(folder, OWN_KEY.signer);
  return existsSync(signer) ? openProgram(signer, principal) : openFile(join(folder, OWN_KEY.key), principal);
}

/** The key of the log: one of its own, or the server's. */
export function openLogSigner(folder: string, principal: string, publicKey: string): Promise<OwnedSigner> {
  return openEnrolled(folder, principal, publicKey, [LOG_KEY, OWN_KEY]);
}

async function openEnrolled(
  folder: string,
  principal: string,
  publicKey: string,
  kinds: readonly KeyNames[],
): Promise<OwnedSigner> {
  const next = join(folder, NEXT_KEY);
  // Once more at the end: somebody may be moving the next key to its place right now.
  for (const place of [folder, next, folder])
    for (const names of kinds) {
      const [signer, key] = [join(place, names.signer), join(place, names.key)];
      if (existsSync(signer) && loadSignerFile(signer, principal).publicKey === publicKey)
        return openProgram(signer, principal);
      const own = existsSync(key) ? ifThere(() => openFile(key, principal)) : undefined;
      if (own?.publicKey === publicKey) return own;
      own?.close();
    }
  throw new PrincipalError(
    'key-foreign',
    `None of the keys in ${folder} is the one that the trust policy names for ${principal}.`,
    'Restore the key that it names, or have the officer enrol the one that is here.',
  );
}

function openFile(path: string, principal: string): OwnedSigner {
  const { privateKey, keyId, sign } = loadKeyFile(path, principal);
  const publicKey = rawPublicKey(createPublicKey(privateKey)).toString('base64');
  return { principal, keyId, publicKey, sign, close: () => undefined };
}

/** Only who has such a file loads what starts programs. */
async function openProgram(path: string, principal: string): Promise<OwnedSigner> {
  const { externalSigner } = await import('./signer/external-signer.ts');
  return externalSigner(loadSignerFile(path, principal));
}

function ifThere<Value>(open: () => Value): Value | undefined {
  try {
    return open();
  } catch (error) {
    const isGone =
      error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'key-file-missing');
    if (isGone) return undefined;
    throw error;
  }
}
