import { commitmentOf, type ExcerptRange, type PostgresLog } from '@duovir/ledger';
import { parseEnvelope, peekStatement, type BlobOpening } from '@duovir/protocol';
import type { Reader } from '../access/reader.ts';
import type { Database } from '../store/database.ts';
import type { Runs } from '../store/runs.ts';
import { SealedContents, type Committing, type Content } from './sealed-contents.ts';
import { Showable } from './showable.ts';

const PAGE = 500;
const LOG = 'duovir';

export interface OpeningParts {
  readonly log: Pick<PostgresLog, 'context' | 'entries'>;
  readonly database: Database;
  readonly runs: Pick<Runs, 'accepted'>;
  readonly reader: Reader;
}

/**
 * What the entries from `first` up to, without, `size` commit to, and the older ones that they rest on, as far as this reader may
 * be shown it; in the order of the log.
 */
export async function* readOpenings(parts: OpeningParts, range: ExcerptRange): AsyncGenerator<BlobOpening> {
  const contents = new SealedContents(parts.database);
  const showable = new Showable(parts);
  try {
    for await (const page of pages(parts.log, range)) {
      const entries = page.flatMap(committing);
      const [found, readable] = await Promise.all([contents.of(entries), readableRuns(parts.reader, entries)]);
      for (const entry of entries) yield await openingOf(entry, found.get(entry.index), { showable, readable });
    }
  } finally {
    await showable.close();
  }
}

interface LoggedEntry {
  readonly index: number;
  readonly body: Uint8Array;
}

async function* pages(log: OpeningParts['log'], { first, size }: ExcerptRange): AsyncGenerator<readonly LoggedEntry[]> {
  let older: LoggedEntry[] = [];
  for await (const entry of first === 0 ? [] : log.context({ first, size }))
    if (older.push(entry) === PAGE) {
      yield older;
      older = [];
    }
  yield older;
  for (let from = first; from < size; from += PAGE)
    yield await log.entries({ from, limit: Math.min(PAGE, size - from) });
}

function committing({ index, body }: LoggedEntry): Committing[] {
  const statement = peekStatement(parseEnvelope(body));
  const commitment = commitmentOf(statement);
  return commitment === undefined ? [] : [{ index, statement, commitment }];
}

/** Who may audit the installation and not read a run learns that there is something, and nothing of it. */
async function readableRuns(reader: Reader, entries: readonly Committing[]): Promise<ReadonlySet<string>> {
  const runs = [...new Set(entries.map(({ statement }) => statement.run))].filter((run) => run !== LOG);
  return new Set([LOG, ...(await reader.readable(runs, (run) => run))]);
}

async function openingOf(
  { index: entry, statement: { kind, run }, commitment }: Committing,
  content: Content | undefined,
  { showable, readable }: { readonly showable: Showable; readonly readable: ReadonlySet<string> },
): Promise<BlobOpening> {
  if (!readable.has(run)) return { commitment, entry, withheld: 'policy' };
  if (!content) return { commitment, entry, withheld: 'missing' };
  const { bytes, salt } = content;
  if (!(await showable.mayShow(kind, run, bytes))) return { commitment, entry, withheld: 'policy' };
  return { commitment, content: bytes.toString('base64'), entry, salt };
}
