import { createWriteStream, fsyncSync, openSync, closeSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { syncFolder } from '../durable-file.ts';
import { filesBelow } from './folder.ts';

/** The earliest that a ZIP file can say: the same folder makes the same bytes. */
const NO_TIME = new Date(1980, 0, 1);

/** Makes a ZIP file of a folder, sorted by name. It appears under its name whole, or not at all. `draft`: nobody else's, on the same disk. */
export async function zipFolder(folder: string, file: string, draft: string): Promise<void> {
  const zip = new ZipFile();
  for (const path of await filesBelow(folder))
    zip.addFile(join(folder, path), path, {
      mtime: NO_TIME,
      forceDosTimestamp: true,
      mode: 0o100644,
      compressionLevel: 3,
    });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(draft, { mode: 0o600 }));
  const descriptor = openSync(draft, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, file);
  syncFolder(dirname(file));
}
