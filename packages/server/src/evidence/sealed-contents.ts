import { openBlob } from '@duovir/ledger';
import { commitTo, digestSchema, type Digest, type Statement } from '@duovir/protocol';
import type { Database, Row } from '../store/database.ts';

/** What the server has of something an entry commits to. */
export interface Content {
  readonly bytes: Buffer;
  /** 32 bytes, hex. */
  readonly salt: string;
}

/** An entry that commits to something. */
export interface Committing {
  readonly index: number;
  readonly statement: Statement;
  readonly commitment: Digest;
}

/** Kinds whose words are not among the documents of a run: people say why they stop something, or break the glass. */
const REASONED = ['stop', 'break-glass', 'model-stop'];

/** Finds what entries commit to, in whichever table it is sealed. */
export class SealedContents {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** By index. What was shredded, was never stored or does not open any more is left out: nobody can show it. */
  async of(entries: readonly Committing[]): Promise<ReadonlyMap<number, Content>> {
    const isReasoned = ({ statement }: Committing): boolean => REASONED.includes(statement.kind);
    const [documents, reasons] = await Promise.all([
      this.#documents(entries.filter((entry) => !isReasoned(entry))),
      this.#reasons(entries.filter(isReasoned)),
    ]);
    return new Map([...documents, ...reasons]);
  }

  async #documents(entries: readonly Committing[]): Promise<(readonly [number, Content])[]> {
    if (entries.length === 0) return [];
    const rows = await this.#database.query(
      `select distinct on (run, commitment) run, commitment, salt, key, sealed
       from duovir.document join unnest($1::text[], $2::text[]) as wanted (run, commitment) using (run, commitment)
       where shredded_by is null order by run, commitment`,
      [entries.map(({ statement }) => statement.run), entries.map(({ commitment }) => commitment)],
    );
    const found = new Map(rows.map((row) => [`${String(row['run'])} ${String(row['commitment'])}`, row]));
    return entries.flatMap(({ index, statement, commitment }) => {
      const row = found.get(`${statement.run} ${commitment}`);
      const content = row && opened(row);
      return content ? [[index, content] as const] : [];
    });
  }

  async #reasons(entries: readonly Committing[]): Promise<(readonly [number, Content])[]> {
    if (entries.length === 0) return [];
    const rows = await this.#database.query(
      `select reason, salt from duovir.stop union select reason, salt from duovir.break_glass
       union select reason, salt from duovir.model_stop`,
    );
    const known = new Map(
      rows.map((row) => {
        const content = { bytes: Buffer.from(String(row['reason'])), salt: String(row['salt']) };
        return [commitTo(content.salt, content.bytes), content];
      }),
    );
    return entries.flatMap(({ index, commitment }) => {
      const content = known.get(commitment);
      return content ? [[index, content] as const] : [];
    });
  }
}

/** Undefined for a row that somebody has altered: an auditor learns that the content is missing, and nothing false. */
function opened(row: Row): Content | undefined {
  const salt = String(row['salt']);
  const secret = { key: row['key'] as Buffer, salt: Buffer.from(salt, 'hex') };
  try {
    return { bytes: openBlob(digestSchema.parse(row['commitment']), row['sealed'] as Buffer, secret), salt };
  } catch (error) {
    console.error(`A sealed document of ${String(row['run'])} does not open: ${String(error)}`);
    return undefined;
  }
}
