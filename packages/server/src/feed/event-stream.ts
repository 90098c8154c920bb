import type { Socket } from 'node:net';
import type { RunEvent } from '@duovir/protocol';
import { frameOf, type EventFeed, type Frame } from './event-feed.ts';
import { Subscriber } from './subscriber.ts';

const PING_MS = 15_000;
const PING = Buffer.from(':ping\n\n');
const HELLO = Buffer.from('retry: 1000\n:ok\n\n');
const PAGE = 500;
const MOST_SUBSCRIBERS = 20_000;
const ALL_RUNS = '';

/** Stored events after a number, oldest first. */
export type ReadEvents = (after: number, limit: number, run?: string) => Promise<readonly RunEvent[]>;

/**
 * Server-sent events on the raw socket: a third of the memory and of the CPU of a stream per reader. Every
 * reader first gets what it missed out of the store, then joins those who are passed events live; in between nothing is
 * lost or repeated, because joining happens in the same turn of the event loop as looking what is new.
 */
export class EventStream {
  readonly #feed: EventFeed;
  readonly #read: ReadEvents;
  readonly #live = new Map<string, Set<Subscriber>>();
  readonly #ping: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #subscribers = 0;

  constructor(feed: EventFeed, read: ReadEvents) {
    this.#feed = feed;
    this.#read = read;
    this.#stopListening = feed.listen((frame) => this.#pass(frame));
    this.#ping = setInterval(() => this.#each((subscriber) => subscriber.write(PING)), PING_MS).unref();
  }

  get subscribers(): number {
    return this.#subscribers;
  }

  get isFull(): boolean {
    return this.#subscribers >= MOST_SUBSCRIBERS;
  }

  /** Takes the socket over, whose headers are sent. Events after `after` follow; those of one run only, if one is named. */
  attach(out: Socket, after: number | undefined, run: string | undefined): void {
    const subscriber = new Subscriber(out, run, after ?? this.#feed.position);
    this.#subscribers += 1;
    out.once('close', () => {
      this.#subscribers -= 1;
      this.#leave(subscriber);
    });
    subscriber.write(HELLO);
    this.#catchUp(subscriber).catch((error: unknown) => {
      // The reader comes back with the number of the last event it has.
      console.error('An event stream broke off:', error);
      subscriber.cutOff();
    });
  }

  close(): void {
    clearInterval(this.#ping);
    this.#stopListening();
    this.#each((subscriber) => subscriber.cutOff());
  }

  async #catchUp(subscriber: Subscriber): Promise<void> {
    while (!subscriber.isGone) {
      const recent = this.#feed.since(subscriber.cursor);
      if (recent?.every((frame) => subscriber.sendIfReady(frame))) {
        this.#join(subscriber);
        return;
      }
      if (!recent) await this.#replay(subscriber);
      await subscriber.ready();
    }
  }

  /** One page out of the store. A page that is not full has everything up to where the feed was before it was read. */
  async #replay(subscriber: Subscriber): Promise<void> {
    const position = this.#feed.position;
    const page = await this.#read(subscriber.cursor, PAGE, subscriber.run);
    for (const event of page) {
      await subscriber.ready();
      subscriber.send(frameOf(event));
    }
    if (page.length < PAGE) subscriber.skipTo(position);
  }

  #join(subscriber: Subscriber): void {
    if (subscriber.isGone) return;
    const key = subscriber.run ?? ALL_RUNS;
    const present = this.#live.get(key);
    if (present) present.add(subscriber);
    else this.#live.set(key, new Set([subscriber]));
  }

  #leave(subscriber: Subscriber): void {
    const key = subscriber.run ?? ALL_RUNS;
    const present = this.#live.get(key);
    present?.delete(subscriber);
    if (present?.size === 0) this.#live.delete(key);
  }

  #pass(frame: Frame): void {
    for (const subscriber of this.#live.get(frame.run) ?? []) subscriber.send(frame);
    for (const subscriber of this.#live.get(ALL_RUNS) ?? []) subscriber.send(frame);
  }

  #each(act: (subscriber: Subscriber) => void): void {
    for (const subscribers of this.#live.values()) for (const subscriber of subscribers) act(subscriber);
  }
}
