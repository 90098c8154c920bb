import type { Socket } from 'node:net';
import type { Reader } from '../access/reader.ts';
import type { Frame } from './event-feed.ts';

/** Unread bytes above which a reader is cut off; it comes back with Last-Event-ID and has lost nothing. */
const MOST_UNREAD_BYTES = 1024 * 1024;
const MOST_SILENCE_MS = 30_000;

/** One open event stream. `cursor` is the number of the last event it was sent. */
export class Subscriber {
  readonly run: string | undefined;
  readonly reader: Reader;
  readonly #out: Socket;
  #cursor: number;

  constructor(out: Socket, reader: Reader, run: string | undefined, cursor: number) {
    this.#out = out;
    this.reader = reader;
    this.run = run;
    this.#cursor = cursor;
  }

  get cursor(): number {
    return this.#cursor;
  }

  get isGone(): boolean {
    return this.#out.destroyed || this.#out.writableEnded;
  }

  wants(frame: Frame): boolean {
    return frame.seq > this.#cursor && (this.run === undefined || this.run === frame.run);
  }

  /** False when it must be decided first whether this may be read; nothing was sent then. */
  send(frame: Frame): boolean {
    if (!this.wants(frame)) return true;
    const mayRead = this.reader.known(frame.run);
    if (mayRead === undefined) return false;
    this.#cursor = frame.seq;
    if (mayRead) this.write(frame.bytes);
    return true;
  }

  /** False also when the reader has to take first what was sent. */
  sendIfReady(frame: Frame): boolean {
    if (!this.wants(frame)) return true;
    return !this.#out.writableNeedDrain && this.send(frame);
  }

  /** The reader has everything up to this number, even if the last of it was not for him. */
  skipTo(seq: number): void {
    this.#cursor = Math.max(this.#cursor, seq);
  }

  write(bytes: Buffer): void {
    if (this.isGone) return;
    this.#out.write(bytes);
    if (this.#out.writableLength > MOST_UNREAD_BYTES) this.#out.destroy();
  }

  /** Resolves when the reader has taken what was sent, or is gone; who takes nothing for long is cut off. */
  async ready(): Promise<void> {
    if (this.isGone || !this.#out.writableNeedDrain) return;
    await new Promise<void>((resume) => {
      const patience = setTimeout(() => this.cutOff(), MOST_SILENCE_MS);
      const go = (): void => {
        clearTimeout(patience);
        this.#out.off('drain', go);
        this.#out.off('close', go);
        resume();
      };
      this.#out.on('drain', go);
      this.#out.on('close', go);
    });
  }

  cutOff(): void {
    this.#out.destroy();
  }
}
