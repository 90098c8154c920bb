import type { Socket } from 'node:net';
import type { RunEvent } from '@duovir/protocol';
import type { Reader } from '../access/reader.ts';
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
    this.#ping = setInterval(() => this.#each(ping), PING_MS).unref();
  }

  get subscribers(): number {
    return this.#subscribers;
  }

  get isFull(): boolean {
    return this.#subscribers >= MOST_SUBSCRIBERS;
  }

  /**
   * Takes the socket over, whose headers are sent. Events after `after` follow, of runs that the reader may read; those of
   * one run only, if one is named.
   */
  attach(out: Socket, reader: Reader, after: number | undefined, run: string | undefined): void {
    const subscriber = new Subscriber(out, reader, run, after ?? this.#feed.position);
    this.#subscribers += 1;
    out.once('close', () => {
      this.#subscribers -= 1;
      this.#leave(subscriber);
    });
    subscriber.write(HELLO);
    this.#bringUp(subscriber);
  }

  /** Ends the streams of credentials that were revoked; those that have expired end with the next ping. */
  endUnwelcome(): void {
    this.#each(endUnwelcome);
  }

  close(): void {
    clearInterval(this.#ping);
    this.#stopListening();
    this.#each((subscriber) => subscriber.cutOff());
  }

  #bringUp(subscriber: Subscriber): void {
    this.#catchUp(subscriber).catch((error: unknown) => {
      // The reader comes back with the number of the last event it has.
      console.error('An event stream broke off:', error);
      subscriber.cutOff();
    });
  }

  async #catchUp(subscriber: Subscriber): Promise<void> {
    while (!subscriber.isGone) {
      const recent = this.#feed.since(subscriber.cursor);
      const unsent = recent?.find((frame) => !subscriber.sendIfReady(frame));
      if (recent && !unsent) {
        this.#join(subscriber);
        return;
      }
      if (unsent) await subscriber.reader.mayRead(unsent.run);
      else await this.#replay(subscriber);
      await subscriber.ready();
      endUnwelcome(subscriber);
    }
  }

  /** One page out of the store. A page that is not full has everything up to where the feed was before it was read. */
  async #replay(subscriber: Subscriber): Promise<void> {
    const position = this.#feed.position;
    const page = await this.#read(subscriber.cursor, PAGE, subscriber.run);
    for (const event of page) {
      await subscriber.ready();
      await subscriber.reader.mayRead(event.run);
      if (!subscriber.send(frameOf(event))) return;
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
    this.#passTo(this.#live.get(frame.run), frame);
    this.#passTo(this.#live.get(ALL_RUNS), frame);
  }

  /** Who may not have it before it is decided steps back among those who catch up: nothing is lost, nothing is shown early. */
  #passTo(subscribers: ReadonlySet<Subscriber> | undefined, frame: Frame): void {
    const undecided: Subscriber[] = [];
    for (const subscriber of subscribers ?? []) if (!subscriber.send(frame)) undecided.push(subscriber);
    for (const subscriber of undecided) {
      this.#leave(subscriber);
      this.#bringUp(subscriber);
    }
  }

  #each(act: (subscriber: Subscriber) => void): void {
    for (const subscribers of this.#live.values()) for (const subscriber of subscribers) act(subscriber);
  }
}

function ping(subscriber: Subscriber): void {
  subscriber.write(PING);
  endUnwelcome(subscriber);
}

/** Of a credential that has expired or was revoked, or of a run that the reader may no longer read. */
function endUnwelcome(subscriber: Subscriber): void {
  const { reader, run } = subscriber;
  if (!reader.isWelcome || (run !== undefined && reader.known(run) === false)) subscriber.cutOff();
}
