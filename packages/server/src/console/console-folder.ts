import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where the built console is when it is installed beside this server. Its files are sent, never run or imported here. */
export function consoleFolder(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@duovir/console/package.json')), 'dist');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
