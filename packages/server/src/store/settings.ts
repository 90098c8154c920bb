import * as z from 'zod';
import { digestSchema, runIdSchema, settingSchema, stepIdSchema } from '@duovir/protocol';
import type { SettingRecord } from '@duovir/engine';
import type { Database, Row } from './database.ts';

const recordSchema = z.object({
  run: runIdSchema,
  step: stepIdSchema,
  motion: digestSchema,
  target: z.string(),
  ...settingSchema.shape,
  entry: z.coerce.number().int(),
});

/** Values that settled steps made true, each with the attestation that saw it. */
export class Settings {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async record(settings: readonly SettingRecord[]): Promise<void> {
    if (settings.length === 0) return;
    await this.#database.query(
      `insert into duovir.setting (run, step, motion, target, resource, path, value, entry)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::json[], $8::bigint[])
       on conflict (run, step, motion, target, resource, path) do nothing`,
      [
        settings.map(({ run }) => run),
        settings.map(({ step }) => step),
        settings.map(({ motion }) => motion),
        settings.map(({ target }) => target),
        settings.map(({ resource }) => resource),
        settings.map(({ path }) => path),
        settings.map(({ value }) => JSON.stringify(value)),
        settings.map(({ entry }) => entry),
      ],
    );
  }

  /** Newest first. */
  async history(target: string, resource: string, path: string, limit: number): Promise<readonly SettingRecord[]> {
    const rows = await this.#database.query(
      `select * from duovir.setting where target = $1 and resource = $2 and path = $3 order by number desc limit $4`,
      [target, resource, path, limit],
    );
    return rows.map((row: Row) => recordSchema.parse(row));
  }
}
