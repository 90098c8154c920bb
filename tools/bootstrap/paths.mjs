import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const NODE_MODULES = join(ROOT, 'node_modules');
export const BINARIES = join(NODE_MODULES, '.bin');
