import { encodeCursor } from './parameters.ts';

/** As many pages are looked through for one answer; who may read little comes back with the cursor. */
const MOST_PAGES = 8;

interface Listing<Item> {
  readonly limit: number;
  readonly from: number | undefined;
  read(limit: number, from: number | undefined): Promise<readonly Item[]>;
  /** Where the list goes on behind this item. */
  positionOf(item: Item): number;
  readable(items: readonly Item[]): Promise<Item[]>;
}

/** A page of what the reader may read: with fewer items than asked for, or none, and still a cursor where there may be more. */
export async function readablePage<Item>({
  limit,
  from,
  read,
  positionOf,
  readable,
}: Listing<Item>): Promise<{ items: Item[]; cursor: string | null }> {
  const items: Item[] = [];
  let position = from;
  for (let pages = 0; pages < MOST_PAGES && items.length < limit; pages += 1) {
    const page = await read(limit, position);
    const shown = await readable(page);
    const kept = shown.slice(0, limit - items.length);
    items.push(...kept);
    const last = kept.length < shown.length ? kept.at(-1) : page.at(-1);
    if (last !== undefined) position = positionOf(last);
    if (page.length < limit && kept.length === shown.length) return { items, cursor: null };
  }
  return { items, cursor: position === undefined ? null : encodeCursor(position) };
}
