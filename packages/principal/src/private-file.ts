import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { PrincipalError, type PrincipalErrorCode } from './error.ts';

/** Reads a file that only its owner, who must be us, can read or write. No link is followed. */
export function readPrivateFile(path: string, code: PrincipalErrorCode, consequence: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    // The mode is read from the open descriptor: a swap of the path in between changes nothing.
    const status = fstatSync(file);
    if ((status.mode & 0o077) !== 0)
      throw new PrincipalError(
        code,
        `${path} has mode 0${(status.mode & 0o777).toString(8)}; others can read it.`,
        `Run \`chmod 600 ${path}\`, and ${consequence}.`,
      );
    if (status.uid !== process.getuid?.())
      throw new PrincipalError(
        code,
        `${path} belongs to another user.`,
        `Run as the user who owns ${path}, or change its owner.`,
      );
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
