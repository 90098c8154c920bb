import type { Stage } from '@duovir/protocol';
import type { EventText } from './event-text.ts';
import { plainText } from './plain-text.ts';

export interface StoryItem extends EventText {
  /** Of the event it began with. */
  readonly seq: number;
  readonly time: string;
  /** How long it took, or why it failed. */
  readonly note?: string;
  /** Where in the ledger it stands. */
  readonly entries: readonly number[];
}

export interface Chapter {
  readonly seq: number;
  readonly stage: Stage;
  readonly items: readonly StoryItem[];
}

/** Where an item is, so that it can be changed later. */
export interface Place {
  readonly chapter: number;
  readonly item: number;
}

interface OpenChapter {
  readonly seq: number;
  readonly stage: Stage;
  readonly items: StoryItem[];
  isRead: boolean;
}

/** Chapters that are still being written. Adding and changing cost the same however long they are. */
export class Chapters {
  readonly #open: OpenChapter[] = [];
  #read: readonly Chapter[] = [];

  /** A stage that is begun again, as after a crash, goes on in its chapter. */
  begin(seq: number, stage: Stage): void {
    if (this.#open.at(-1)?.stage === stage) return;
    this.#open.push({ seq, stage, items: [], isRead: false });
  }

  append(item: StoryItem): Place {
    if (this.#open.length === 0) this.begin(item.seq, 'request');
    const chapter = this.#open.length - 1;
    return this.#put({ chapter, item: this.#open[chapter]?.items.length ?? 0 }, item);
  }

  change(place: Place, how: (item: StoryItem) => Partial<StoryItem>): void {
    const item = this.#open[place.chapter]?.items[place.item];
    if (item) this.#put(place, { ...item, ...how(item) });
  }

  /** Chapters that have not changed since the last time are the same objects as then. */
  read(): readonly Chapter[] {
    if (this.#open.every(({ isRead }) => isRead) && this.#read.length === this.#open.length) return this.#read;
    this.#read = this.#open.map((chapter, at) => {
      const known = this.#read[at];
      if (chapter.isRead && known) return known;
      chapter.isRead = true;
      return { seq: chapter.seq, stage: chapter.stage, items: [...chapter.items] };
    });
    return this.#read;
  }

  #put(place: Place, item: StoryItem): Place {
    const chapter = this.#open[place.chapter];
    if (chapter) {
      chapter.items[place.item] = plain(item);
      chapter.isRead = false;
    }
    return place;
  }
}

function plain(item: StoryItem): StoryItem {
  return {
    ...item,
    text: plainText(item.text),
    ...(item.details ? { details: item.details.map(plainText) } : {}),
  };
}
