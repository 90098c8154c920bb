import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** One file of the built console. */
export interface PageFile {
  readonly media: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const MEDIA: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * The built console by the paths it is asked for, or undefined when nobody has built it. All of it is read at once: what
 * is not listed here does not exist, so that no path from a request reaches the disk, and a page never meets the scripts
 * of another build.
 */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> | undefined {
  const index = join(folder, 'index.html');
  const assets = join(folder, 'assets');
  if (!existsSync(index) || !existsSync(assets)) return undefined;
  const files = new Map([['/', pageFile(index)]]);
  for (const entry of readdirSync(assets, { withFileTypes: true }))
    if (entry.isFile()) files.set(`/assets/${entry.name}`, pageFile(join(assets, entry.name)));
  return files;
}

function pageFile(path: string): PageFile {
  return { media: MEDIA[extname(path)] ?? 'application/octet-stream', bytes: new Uint8Array(readFileSync(path)) };
}
