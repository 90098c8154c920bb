import { tell, type ByKind } from '../by-kind.ts';
import type { PackedEntry } from '../packed-entry.ts';
import type { PackedLog } from '../packed-log.ts';
import type { RunStory, Said } from '../run-story.ts';

export type Cell = string | number | boolean | null;

/** By column; what is left out is an empty cell. */
export type Cells<Column extends string> = Readonly<Partial<Record<Column, Cell>>>;

/** `entry` is the index of the entry that the row is about; null for what files of the log say. */
export type Row = Cells<string> & { readonly entry: number | null };

/** One table of a pack. What it says can be made again from the log that is in the pack, by anyone. */
export interface Report {
  /** File name without `.csv`. */
  readonly name: string;
  /** One sentence for who has never seen Duovir: what one row is. */
  readonly about: string;
  readonly columns: readonly string[];
  begin(log: PackedLog): Reporter;
}

/** Reads the log once, in order. */
export interface Reporter {
  /** `ended`: the run that this entry settles. */
  read(entry: PackedEntry, ended: RunStory | undefined): readonly Row[];
  /** `open`: runs that nothing has settled yet. */
  end(open: readonly RunStory[]): readonly Row[];
}

interface Described<Column extends string> {
  readonly name: string;
  readonly about: string;
  readonly columns: readonly Column[];
}

/** Where, when and what: the first columns of every row about an entry. */
const PLACE = ['entry', 'time', 'run', 'by', 'kind'] as const;

/** No cells: no row. */
export function rowAt<Column extends string>(entry: PackedEntry, cells: Cells<Column | 'kind'>): Row {
  const { index, principal, statement } = entry;
  const { kind, run, time } = statement;
  return { entry: index, time, run: run === 'duovir' ? null : run, by: principal, kind, ...cells };
}

/** Rows for each entry of some kinds that lies in the period. */
export function entryReport<Column extends string>(
  definition: Described<Column> & {
    rows(log: PackedLog): ByKind<Cells<Column | 'kind'> | readonly Cells<Column | 'kind'>[]>;
  },
): Report {
  const { name, about, columns } = definition;
  const begin = (log: PackedLog): Reporter => {
    const kinds = definition.rows(log);
    return {
      read: (entry) => {
        if (!entry.isInPeriod) return [];
        const told: Cells<string> | readonly Cells<string>[] = tell(entry, kinds) ?? [];
        return [told].flat().map((cells) => rowAt(entry, cells));
      },
      end: () => [],
    };
  };
  return { name, about, columns: [...PLACE, ...columns], begin };
}

/** A row for each run of which anything lies in the period. */
export function runReport<Column extends string>(
  definition: Described<Column> & {
    row(story: RunStory, log: PackedLog): (Cells<Column> & { readonly entry: number | null }) | undefined;
  },
): Report {
  const { name, about, columns, row } = definition;
  const begin = (log: PackedLog): Reporter => {
    const told = (story: RunStory): Row[] => {
      const cells = story.isInPeriod ? row(story, log) : undefined;
      return cells ? [{ run: story.run, ...cells }] : [];
    };
    return { read: (_entry, ended) => (ended ? told(ended) : []), end: (open) => open.flatMap(told) };
  };
  return { name, about, columns: ['entry', 'run', ...columns], begin };
}

/** For what has to remember something from one entry to the next. */
export function rememberingReport<Column extends string>(
  definition: Described<Column> & {
    begin(log: PackedLog): { read(entry: PackedEntry): readonly Row[]; end?(): readonly Row[] };
  },
): Report {
  const { name, about, columns } = definition;
  const begin = (log: PackedLog): Reporter => {
    const { read, end } = definition.begin(log);
    return { read, end: () => end?.() ?? [] };
  };
  return { name, about, columns: [...PLACE, ...columns], begin };
}

/** Entry indexes, or names, in one cell. */
export function list(values: readonly (string | number)[]): string {
  return values.join(' ');
}

export function entriesOf(said: readonly Said[]): string {
  return list(said.map(({ entry }) => entry));
}

/** Each name once. */
export function namesOf(said: readonly Said[]): string[] {
  return [...new Set(said.map(({ by }) => by))];
}
