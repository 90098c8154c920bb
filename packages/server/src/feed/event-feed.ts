import type { EventType, RunEvent } from '@duovir/protocol';

/** An event as it is sent to everybody who reads along. */
export interface Frame {
  readonly seq: number;
  readonly run: string;
  readonly type: EventType;
  readonly bytes: Buffer;
}

export function frameOf(event: RunEvent): Frame {
  const bytes = Buffer.from(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  return { seq: event.seq, run: event.run, type: event.type, bytes };
}

const KEPT_FRAMES = 4096;
const KEPT_BYTES = 8 * 1024 * 1024;

/**
 * Passes stored events on in the order of their numbers, and keeps the newest: who comes back after a short break is
 * served without a question to the store.
 */
export class EventFeed {
  readonly #listeners = new Set<(frame: Frame) => void>();
  #recent: Frame[] = [];
  #recentBytes = 0;
  /** Every event after this one is in `#recent`. */
  #complete: number;
  #position: number;

  /** `position`: the number of the last event stored before this process began. */
  constructor(position: number) {
    this.#complete = position;
    this.#position = position;
  }

  /** The number of the last event passed on. */
  get position(): number {
    return this.#position;
  }

  /** Events must come in rising order, each after it is durable. */
  pass(event: RunEvent): void {
    const frame = frameOf(event);
    this.#position = event.seq;
    this.#recent.push(frame);
    this.#recentBytes += frame.bytes.length;
    if (this.#recent.length > KEPT_FRAMES || this.#recentBytes > KEPT_BYTES) this.#forgetHalf();
    for (const listener of this.#listeners) listener(frame);
  }

  /** All events after `seq`, or undefined when some of them are no longer kept here. */
  since(seq: number): readonly Frame[] | undefined {
    if (seq < this.#complete) return undefined;
    const first = this.#recent.findIndex((frame) => frame.seq > seq);
    return first < 0 ? [] : this.#recent.slice(first);
  }

  /** What was kept is read from the store again: there it may have changed. */
  forget(): void {
    this.#recent = [];
    this.#recentBytes = 0;
    this.#complete = this.#position;
  }

  listen(listener: (frame: Frame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #forgetHalf(): void {
    const forgotten = this.#recent.slice(0, Math.ceil(this.#recent.length / 2));
    this.#recent = this.#recent.slice(forgotten.length);
    this.#recentBytes = this.#recent.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.#complete = forgotten.at(-1)?.seq ?? this.#complete;
  }
}
