import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { keyIdOf, rawPublicKey, type Signer } from '@duovir/protocol';
import { PrincipalError } from './error.ts';

const KEY_FILE = 'key.pem';
const PUBLIC_FILE = 'public.pem';

/** Creates `key.pem` (0600, PKCS #8) and `public.pem` in `folder` (0700). An existing key is never overwritten. */
export function createKey(folder: string): { readonly publicKey: string } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeNew(join(folder, KEY_FILE), privateKey.export({ format: 'pem', type: 'pkcs8' }), 0o600);
  writeNew(join(folder, PUBLIC_FILE), publicKey.export({ format: 'pem', type: 'spki' }), 0o644);
  return { publicKey: rawPublicKey(publicKey).toString('base64') };
}

function writeNew(path: string, content: string | Buffer, mode: number): void {
  const file = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW, mode);
  try {
    writeSync(file, content.toString());
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

type KeyedSigner = Signer & { readonly privateKey: KeyObject };

/** Loads the private key of one principal. A key that others may read is refused: it may have been copied. */
export function loadSigner(folder: string, principal: string): KeyedSigner {
  return loadKeyFile(join(folder, KEY_FILE), principal);
}

/** The same for a key that lies elsewhere, as the officer's on a medium of his own. */
export function loadKeyFile(path: string, principal: string): KeyedSigner {
  if (!existsSync(path))
    throw new PrincipalError(
      'key-file-missing',
      `${principal} has no key at ${path}.`,
      'Create the state directory with `duovir init`.',
    );
  const privateKey = parseKey(readKeyFile(path), path);
  const keyId = keyIdOf(principal, rawPublicKey(createPublicKey(privateKey)));
  return { principal, keyId, privateKey, sign: async (bytes) => sign(null, bytes, privateKey) };
}

function readKeyFile(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    // The mode is read from the open descriptor: a swap of the path in between changes nothing.
    const status = fstatSync(file);
    if ((status.mode & 0o077) !== 0)
      throw new PrincipalError(
        'key-file-permissions',
        `${path} has mode 0${(status.mode & 0o777).toString(8)}; others can read it.`,
        `Run \`chmod 600 ${path}\`, and replace the key if somebody else may have seen it.`,
      );
    if (status.uid !== process.getuid?.())
      throw new PrincipalError(
        'key-file-permissions',
        `${path} belongs to another user.`,
        `Run as the user who owns ${path}, or change its owner.`,
      );
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
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

/** The raw public key (base64) from a folder's `public.pem`. */
export function loadPublicKey(folder: string): string {
  return rawPublicKey(createPublicKey(readFileSync(join(folder, PUBLIC_FILE)))).toString('base64');
}
