import { addName, PlaceholderVault, type Issued, type SchemaNameKind } from '@duovir/egress';
import { openBlob, sealBlob } from '@duovir/ledger';
import { digestSchema, placeholderKindSchema } from '@duovir/protocol';
import type { RandomPort } from '@duovir/engine';
import { ServerError } from '../error.ts';
import type { Database, Row } from './database.ts';

interface OpenVault {
  readonly vault: PlaceholderVault;
  readonly schema: Map<string, SchemaNameKind>;
  /** Issued, and not known to be stored. */
  unsaved: readonly Issued[];
  saving: Promise<void>;
}

const KEY_BYTES = 32;

/**
 * The placeholders of each run. There is one vault for a run in this process, whoever asks: two would give one value two
 * placeholders.
 */
export class Placeholders {
  readonly #database: Database;
  readonly #random: RandomPort;
  readonly #open = new Map<string, Promise<OpenVault>>();

  constructor(database: Database, random: RandomPort) {
    this.#database = database;
    this.#random = random;
  }

  async vault(run: string): Promise<PlaceholderVault> {
    return (await this.#opened(run)).vault;
  }

  /** Names of the run's databases: those with a placeholder, and what has been learned since. */
  async schema(run: string): Promise<Map<string, SchemaNameKind>> {
    return (await this.#opened(run)).schema;
  }

  /**
   * Resolves when everything the vault has issued so far is durable: nothing with a placeholder in it leaves before,
   * because nobody else could say what it stands for.
   */
  async save(run: string): Promise<void> {
    const open = await this.#opened(run);
    open.unsaved = [...open.unsaved, ...open.vault.added()];
    // One after the other, whatever became of the one before: who waits here also waits for what others issued.
    open.saving = open.saving.catch(() => undefined).then(() => this.#store(run, open));
    await open.saving;
  }

  /** The run has ended; its vault is read again if anybody should still ask. */
  forget(run: string): void {
    this.#open.delete(run);
  }

  #opened(run: string): Promise<OpenVault> {
    const known = this.#open.get(run);
    if (known) return known;
    const opening = this.#load(run);
    this.#open.set(run, opening);
    opening.catch(() => this.#open.delete(run));
    return opening;
  }

  async #load(run: string): Promise<OpenVault> {
    const key = await this.#key(run);
    const rows = await this.#database.query(
      'select placeholder, kind, commitment, salt, key, sealed from duovir.placeholder where run = $1 order by number',
      [run],
    );
    const issued = rows.map(issuedOf);
    const schema = new Map<string, SchemaNameKind>();
    for (const { kind, value } of issued)
      if (kind === 'schema' || kind === 'table' || kind === 'column') addName(schema, value, kind);
    return { vault: new PlaceholderVault(key, issued), schema, unsaved: [], saving: Promise.resolve() };
  }

  async #key(run: string): Promise<Buffer> {
    await this.#database.query(
      'insert into duovir.placeholder_vault (run, key) values ($1, $2) on conflict (run) do nothing',
      [run, Buffer.from(this.#random.hex(KEY_BYTES), 'hex')],
    );
    const [row] = await this.#database.query('select key from duovir.placeholder_vault where run = $1', [run]);
    return row?.['key'] as Buffer;
  }

  async #store(run: string, open: OpenVault): Promise<void> {
    const added = open.unsaved;
    if (added.length === 0) return;
    const blobs = added.map(({ value, salt }) => sealBlob(Buffer.from(value), Buffer.from(salt, 'hex')));
    await this.#database.query(
      `insert into duovir.placeholder (run, placeholder, kind, commitment, salt, key, sealed)
       select $1, placeholder, kind, commitment, salt, key, sealed
       from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::bytea[])
         with ordinality as added (placeholder, kind, commitment, salt, key, sealed, place)
       order by place
       on conflict (run, placeholder) do nothing`,
      [
        run,
        added.map(({ placeholder }) => placeholder),
        added.map(({ kind }) => kind),
        added.map(({ commitment }) => commitment),
        added.map(({ salt }) => salt),
        blobs.map(({ secret }) => secret.key),
        blobs.map(({ sealed }) => sealed),
      ],
    );
    open.unsaved = open.unsaved.filter((issued) => !added.includes(issued));
  }
}

function issuedOf(row: Row): Issued {
  const placeholder = String(row['placeholder']);
  const salt = String(row['salt']);
  const commitment = digestSchema.parse(row['commitment']);
  const secret = { key: row['key'] as Buffer, salt: Buffer.from(salt, 'hex') };
  try {
    const value = openBlob(commitment, row['sealed'] as Buffer, secret).toString('utf8');
    return { placeholder, kind: placeholderKindSchema.parse(row['kind']), value, salt, commitment };
  } catch (cause) {
    throw new ServerError('document-altered', `What ${placeholder} stands for does not open.`, cause);
  }
}
