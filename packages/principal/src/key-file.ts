import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { keyIdOf, rawPublicKey, type Signer } from '@duovir/protocol';
import { PrincipalError } from './error.ts';
import { readPrivateFile } from './private-file.ts';

/** What the files of one key are called. */
export interface KeyNames {
  readonly key: string;
  readonly publicHalf: string;
  /** Names the program that has the key, where no file has it. */
  readonly signer: string;
}

/** With which a principal makes statements. */
export const OWN_KEY: KeyNames = { key: 'key.pem', publicHalf: 'public.pem', signer: 'signer.json' };
/** With which the server signs checkpoints, where that is another key. */
export const LOG_KEY: KeyNames = { key: 'log-key.pem', publicHalf: 'log-public.pem', signer: 'log-signer.json' };

/** Creates `key.pem` (0600, PKCS #8) and `public.pem` in `folder` (0700). An existing key is never overwritten. */
export function createKey(folder: string, names: KeyNames = OWN_KEY): { readonly publicKey: string } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  // The key first: its public half can be made again from it.
  writeNew(join(folder, names.key), privateKey.export({ format: 'pem', type: 'pkcs8' }), 0o600);
  writeNew(join(folder, names.publicHalf), publicKey.export({ format: 'pem', type: 'spki' }), 0o644);
  return { publicKey: rawPublicKey(publicKey).toString('base64') };
}

/** Whole or not at all, also after a crash, and never in the place of another. */
function writeNew(path: string, content: string | Buffer, mode: number): void {
  const unfinished = `${path}.unfinished`;
  rmSync(unfinished, { force: true });
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
  const file = openSync(unfinished, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, mode);
  try {
    writeSync(file, content.toString());
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(unfinished, path);
  } finally {
    rmSync(unfinished);
  }
}

type KeyedSigner = Signer & { readonly privateKey: KeyObject };

/** Loads the private key of one principal. A key that others may read is refused: it may have been copied. */
export function loadSigner(folder: string, principal: string): KeyedSigner {
  return loadKeyFile(join(folder, OWN_KEY.key), principal);
}

/** The same for a key that lies elsewhere, as the officer's on a medium of his own. */
export function loadKeyFile(path: string, principal: string): KeyedSigner {
  if (!existsSync(path))
    throw new PrincipalError(
      'key-file-missing',
      `${principal} has no key at ${path}.`,
      'Create the state directory with `duovir init`.',
    );
  const pem = readPrivateFile(path, 'key-file-permissions', 'replace the key if somebody else may have seen it');
  const privateKey = parseKey(pem, path);
  const keyId = keyIdOf(principal, rawPublicKey(createPublicKey(privateKey)));
  return { principal, keyId, privateKey, sign: async (bytes) => sign(null, bytes, privateKey) };
}

function parseKey(pem: string, path: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new PrincipalError(
      'key-file-malformed',
      `${path} holds no private key.`,
      'Restore the file from its backup, or enrol a new key.',
      cause,
    );
  }
  throw new PrincipalError('key-file-malformed', `${path} holds a key that is not Ed25519.`, 'Enrol an Ed25519 key.');
}

/** The raw public key (base64) from a folder's `public.pem`, or of its key where a crash came between the two. */
export function loadPublicKey(folder: string, names: KeyNames = OWN_KEY): string {
  const [publicHalf, key] = [join(folder, names.publicHalf), join(folder, names.key)];
  const source = existsSync(publicHalf) || !existsSync(key) ? publicHalf : key;
  return rawPublicKey(createPublicKey(readFileSync(source))).toString('base64');
}
