import { createPublicKey } from 'node:crypto';
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rawPublicKey } from '@duovir/protocol';
import { PrincipalError } from './error.ts';

/**
 * The officer's raw public key (base64) as this principal has pinned it, from `officer.pem` in its own folder. Whoever
 * could exchange that file could exchange the trust policy, so one that others can write is refused.
 */
export function loadPinnedOfficer(folder: string): string {
  const path = join(folder, 'officer.pem');
  if (!existsSync(path))
    throw new PrincipalError(
      'key-file-missing',
      `No officer key is pinned at ${path}.`,
      "Put the security officer's public key there, from a copy you trust.",
    );
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const status = fstatSync(file);
    if ((status.mode & 0o022) !== 0 || status.uid !== process.getuid?.())
      throw new PrincipalError(
        'key-file-permissions',
        `Others could exchange the officer key pinned at ${path}.`,
        `Run \`chmod 644 ${path}\` as its owner, and compare the key with the officer's.`,
      );
    return rawPublicKey(createPublicKey(readFileSync(file))).toString('base64');
  } finally {
    closeSync(file);
  }
}
