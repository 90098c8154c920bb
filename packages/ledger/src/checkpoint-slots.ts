import { hash } from 'node:crypto';
import { closeSync, constants, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { replaceFile } from './durable-file.ts';
import { LedgerError } from './error.ts';

const SLOT_BYTES = 4096;

interface Slot {
  readonly sequence: number;
  readonly note: string;
}

/** `<sequence> <SHA-256 of what follows the first line> <bytes>`, newline, the note, zeroes. */
function encodeSlot({ sequence, note }: Slot): Buffer {
  const bytes = Buffer.alloc(SLOT_BYTES);
  const content = `${sequence}\n${note}`;
  const length = bytes.write(`${hash('sha256', content)} ${Buffer.byteLength(content)}\n${content}`);
  if (length === SLOT_BYTES) throw new LedgerError('checkpoint-malformed', 'The checkpoint is too long to be kept.');
  return bytes;
}

/** Undefined for a slot that was never, or not completely, written. */
function decodeSlot(bytes: Buffer): Slot | undefined {
  const end = bytes.indexOf(0);
  const [, digest, length, content] =
    /^([0-9a-f]{64}) (\d+)\n(.*)$/s.exec(bytes.subarray(0, Math.max(end, 0)).toString('utf8')) ?? [];
  if (content === undefined || Buffer.byteLength(content) !== Number(length) || hash('sha256', content) !== digest)
    return undefined;
  const gap = content.indexOf('\n');
  return { sequence: Number(content.slice(0, gap)), note: content.slice(gap + 1) };
}

/**
 * Keeps the newest of a row of notes in a file of two slots, written in turn: one flush each, and a write that a crash
 * tears apart leaves the note before it.
 */
export class CheckpointSlots {
  readonly #path: string;
  #file: number | undefined;
  #newest: Slot | undefined;

  private constructor(path: string, file: number | undefined, newest: Slot | undefined) {
    this.#path = path;
    this.#file = file;
    this.#newest = newest;
  }

  /** A file that is there but has no whole slot is never taken for "nothing seen yet". */
  static open(path: string): CheckpointSlots {
    if (!existsSync(path)) return new CheckpointSlots(path, undefined, undefined);
    const bytes = readFileSync(path);
    const slots = [bytes.subarray(0, SLOT_BYTES), bytes.subarray(SLOT_BYTES)].map(decodeSlot);
    const [first, second] = slots;
    const newest = first && second ? (first.sequence > second.sequence ? first : second) : (first ?? second);
    if (bytes.length !== 2 * SLOT_BYTES || !newest)
      throw new LedgerError('witness-state-corrupt', `${path} is not the memory of a witness.`);
    return new CheckpointSlots(path, openForFlush(path), newest);
  }

  get newest(): string | undefined {
    return this.#newest?.note;
  }

  /** Durable when it returns. */
  write(note: string): void {
    const next = { sequence: (this.#newest?.sequence ?? -1) + 1, note };
    const bytes = encodeSlot(next);
    if (this.#file === undefined) {
      replaceFile(this.#path, Buffer.concat([bytes, Buffer.alloc(SLOT_BYTES)]));
      this.#file = openForFlush(this.#path);
    } else if (writeSync(this.#file, bytes, 0, SLOT_BYTES, (next.sequence % 2) * SLOT_BYTES) !== SLOT_BYTES)
      throw new LedgerError('witness-state-corrupt', `${this.#path} could not be written.`);
    this.#newest = next;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** Every write on this descriptor returns only once it is on the disk. */
function openForFlush(path: string): number {
  return openSync(path, constants.O_WRONLY | constants.O_DSYNC);
}
