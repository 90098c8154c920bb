import type { Digest, EntryKind, RunEvent } from '@duovir/protocol';
import type { ReadEntry } from '../api/run-entries.ts';

/** The entries of one run, and what people were told about each. */
export class Story {
  readonly #entries: readonly ReadEntry[];
  readonly #events = new Map<number, RunEvent>();

  constructor(entries: readonly ReadEntry[], events: readonly RunEvent[]) {
    this.#entries = entries;
    for (const event of events)
      if ('entry' in event.body && event.body.entry !== null) this.#events.set(event.body.entry, event);
  }

  all<Kind extends EntryKind>(
    kind: Kind,
    matches: (entry: ReadEntry<Kind>) => boolean = () => true,
  ): ReadEntry<Kind>[] {
    return this.#entries.filter(
      (entry): entry is ReadEntry<Kind> => entry.statement.kind === kind && matches(entry as ReadEntry<Kind>),
    );
  }

  /** The newest that matches. */
  last<Kind extends EntryKind>(kind: Kind, matches: (entry: ReadEntry<Kind>) => boolean): ReadEntry<Kind> | undefined {
    return this.all(kind, matches).at(-1);
  }

  /** The entry whose bytes have this digest. */
  named(digest: Digest): ReadEntry | undefined {
    return this.#entries.find((entry) => entry.digest === digest);
  }

  at(index: number): ReadEntry | undefined {
    return this.#entries.find((entry) => entry.index === index);
  }

  eventOf<Type extends RunEvent['type']>(entry: ReadEntry, type: Type): Extract<RunEvent, { type: Type }> | undefined {
    const event = this.#events.get(entry.index);
    return event?.type === type ? (event as Extract<RunEvent, { type: Type }>) : undefined;
  }
}
