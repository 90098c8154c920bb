import { commitmentOf, type PostgresLog } from '@duovir/ledger';
import { parseEnvelope, peekStatement, type BlobOpening } from '@duovir/protocol';
import type { Reader } from '../access/reader.ts';
import type { Database } from '../store/database.ts';
import type { Runs } from '../store/runs.ts';
import { SealedContents, type Committing, type Content } from './sealed-contents.ts';
import { Showable } from './showable.ts';

const PAGE = 500;
const LOG = 'duovir';

export interface OpeningParts {
  readonly log: Pick<PostgresLog, 'entries'>;
  readonly database: Database;
  readonly runs: Pick<Runs, 'accepted'>;
  readonly reader: Reader;
}

/** What the entries from `from` up to, without, `to` commit to, as far as this reader may be shown it; in the order of the log. */
export async function* readOpenings(parts: OpeningParts, from: number, to: number): AsyncGenerator<BlobOpening> {
  const contents = new SealedContents(parts.database);
  const showable = new Showable(parts);
  try {
    for (let at = from; at < to; at += PAGE) {
      const entries = (await parts.log.entries({ from: at, limit: Math.min(PAGE, to - at) })).flatMap(committing);
      const [found, readable] = await Promise.all([contents.of(entries), readableRuns(parts.reader, entries)]);
      for (const entry of entries) yield await openingOf(entry, found.get(entry.index), { showable, readable });
    }
  } finally {
    await showable.close();
  }
}

function committing({ index, body }: { readonly index: number; readonly body: Uint8Array }): Committing[] {
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
