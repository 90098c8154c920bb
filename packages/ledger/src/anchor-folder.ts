import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDecimal } from './decimal.ts';
import { replaceFile, syncFolder } from './durable-file.ts';

/** A checkpoint and what an authority answered about its bytes. */
export interface KeptAnchor {
  readonly size: number;
  /** The signed note, byte for byte: cosigned again, it would be another. */
  readonly checkpoint: Buffer;
  readonly response: Buffer;
}

const READABLE = 0o644;
const RESPONSE = '.tsr';

/** Keeps `<size>` and `<size>.tsr`; the checkpoint first, so that no timestamp is ever without it. */
export function keepAnchor(folder: string, { size, checkpoint, response }: KeptAnchor): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  replaceFile(join(folder, String(size)), checkpoint, READABLE);
  replaceFile(join(folder, `${size}${RESPONSE}`), response, READABLE);
  syncFolder(folder);
}

/** What `keepAnchor` has kept, smallest first. Whoever publishes writes the checkpoint to `checkpoints/<size>`. */
export function keptAnchors(folder: string): KeptAnchor[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(RESPONSE))
    .flatMap((name) => parseDecimal(name.slice(0, -RESPONSE.length)) ?? [])
    .toSorted((left, right) => left - right)
    .map((size) => ({
      size,
      checkpoint: readFileSync(join(folder, String(size))),
      response: readFileSync(join(folder, `${size}${RESPONSE}`)),
    }));
}

/** Lays those of a published log beside it; a timestamp over more than is published yet waits for the next time. */
export function publishAnchors(log: string, size: number, kept: readonly KeptAnchor[]): void {
  const due = kept.filter((anchor) => anchor.size <= size);
  if (due.length === 0) return;
  for (const folder of ['checkpoints', 'anchors']) mkdirSync(join(log, folder), { recursive: true, mode: 0o755 });
  for (const anchor of due) {
    put(join(log, 'checkpoints', String(anchor.size)), anchor.checkpoint);
    put(join(log, 'anchors', `${anchor.size}${RESPONSE}`), anchor.response);
  }
}

function put(path: string, bytes: Buffer): void {
  if (!existsSync(path) || !readFileSync(path).equals(bytes)) replaceFile(path, bytes, READABLE);
}
