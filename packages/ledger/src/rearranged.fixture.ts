import type { Envelope } from '@duovir/protocol';

export type Entries = ReadonlyMap<string, Envelope>;

/** A story with entries left out, put in before another one, or at the end. */
export function rearranged(
  story: Entries,
  change: {
    readonly without?: readonly string[];
    readonly before?: string;
    readonly put?: Readonly<Record<string, Envelope>>;
  },
): Map<string, Envelope> {
  const { without = [], before, put = {} } = change;
  const entries = [...story].filter(([name]) => !without.includes(name) && !(name in put));
  const at = before === undefined ? entries.length : entries.findIndex(([name]) => name === before);
  if (at < 0) throw new Error(`nothing in the story is called ${before ?? ''}`);
  return new Map([...entries.slice(0, at), ...Object.entries(put), ...entries.slice(at)]);
}

/** A story in which one entry comes earlier: before another one. */
export function moved(story: Entries, name: string, before: string): Map<string, Envelope> {
  const entry = story.get(name);
  if (!entry) throw new Error(`nothing in the story is called ${name}`);
  return rearranged(story, { before, put: { [name]: entry } });
}
