import { accessSync, constants, lstatSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StateDirectory } from '@duovir/principal';

/**
 * Where Node keeps the sources of our processes compiled, which saves each of them half its start and a third of its
 * memory. Beside the code when that is ours: whoever can write there can change the code anyway, and every installation
 * on this machine starts fast. Else in the state directory.
 */
export function compileCache(state: StateDirectory): string {
  const modules = nodeModules(fileURLToPath(import.meta.resolve('commander')));
  const beside = modules === undefined ? undefined : join(modules, '.cache', 'duovir', 'compile');
  return beside !== undefined && isOurs(beside) ? beside : join(state.root, 'cache');
}

/** What is compiled for those in cells, by a process that does nothing else: they read it, and nobody else writes it. */
export function cellCache(state: StateDirectory): string {
  return join(compileCache(state), 'cells');
}

function nodeModules(path: string): string | undefined {
  const end = path.lastIndexOf('/node_modules/');
  return end < 0 ? undefined : join(path.slice(0, end), 'node_modules');
}

/** Made by us, and written by nobody else: cached code is executed. */
function isOurs(folder: string): boolean {
  try {
    const { uid } = lstatSync(dirname(dirname(dirname(folder))));
    if (uid !== process.getuid?.()) return false;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    const status = lstatSync(folder);
    return status.isDirectory() && status.uid === uid && (status.mode & 0o022) === 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^E(?:ACCES|ROFS|PERM|NOTDIR|EXIST)$/.test(String(error.code)))
      return false;
    throw error;
  }
}
