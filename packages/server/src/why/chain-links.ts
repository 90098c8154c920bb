import type { WhyLink, WhyLinkKind } from '@duovir/protocol';
import type { ReadEntry } from '../api/run-entries.ts';
import type { Story } from './story.ts';
import { textOf } from './text.ts';

const LONGEST = 1000;

/** The links of one chain while it is being made. A link is known by its place. */
export class ChainLinks {
  readonly #story: Story;
  readonly #links: WhyLink[] = [];

  constructor(story: Story) {
    this.#story = story;
  }

  add(kind: WhyLinkKind, entry: ReadEntry, of: number | null, mark: WhyLink['mark'] = null): number {
    return this.say(kind, entry, of, textOf(kind, entry, this.#story), mark);
  }

  /** With other words than the entry's. */
  say(kind: WhyLinkKind, entry: ReadEntry, of: number | null, text: string, mark: WhyLink['mark'] = null): number {
    const { principal, statement, index } = entry;
    const cut = text.slice(0, LONGEST).toWellFormed();
    return this.#links.push({ kind, text: cut, principal, time: statement.time, entry: index, of, mark }) - 1;
  }

  /** Where there is no such entry, what would follow it belongs to what came before. */
  maybe(kind: WhyLinkKind, entry: ReadEntry | undefined, of: number | null): number | null {
    return entry ? this.add(kind, entry, of) : of;
  }

  all(): WhyLink[] {
    return this.#links;
  }
}
