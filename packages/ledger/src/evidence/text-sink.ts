import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PackedFile } from './manifest.ts';

/** Text goes out in pieces of this many characters. */
const PIECE = 65_536;

/** Where the text of one file goes. */
export interface TextSink {
  write(text: string): void;
  /** The file as the manifest names it. */
  end(): PackedFile;
}

/** Opens the sink of a file, by its path in the pack. */
export type OpenSink = (path: string) => TextSink;

/** Counts and hashes what would be written: a verifier makes the files again and keeps none. */
export function hashingSink(path: string, onPiece: (bytes: Buffer) => void = () => {}): TextSink {
  const hash = createHash('sha256');
  let held = '';
  let size = 0;
  const release = (): void => {
    const bytes = Buffer.from(held);
    held = '';
    size += bytes.length;
    hash.update(bytes);
    onPiece(bytes);
  };
  return {
    write: (text) => {
      held += text;
      if (held.length >= PIECE) release();
    },
    end: () => {
      release();
      return { path, sha256: hash.digest('hex'), bytes: size };
    },
  };
}

/** Writes below a folder. Only `end` makes the file whole and durable. */
export function fileSink(folder: string, path: string): TextSink {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'wx', 0o644);
  const sink = hashingSink(path, (bytes) => {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
  });
  return {
    write: sink.write,
    end: () => {
      try {
        const written = sink.end();
        fsyncSync(descriptor);
        return written;
      } finally {
        closeSync(descriptor);
      }
    },
  };
}
