import * as z from 'zod';
import { digestSchema } from '@duovir/protocol';
import type { RandomPort } from '@duovir/engine';
import type { Database } from './database.ts';
import type { Documents } from './documents.ts';

const answerSchema = z.strictObject({ person: z.string(), answer: z.string() });
export type Clarification = z.infer<typeof answerSchema>;

const ROLE = 'clarification-answer';

/** What people answered to the planner's questions, until the engine takes it up. */
export class Clarifications {
  readonly #database: Database;
  readonly #documents: Documents;
  readonly #random: RandomPort;

  constructor(database: Database, documents: Documents, random: RandomPort) {
    this.#database = database;
    this.#documents = documents;
    this.#random = random;
  }

  /** The first answer stands; returns that one. */
  async give(run: string, given: Clarification): Promise<Clarification> {
    const { digest } = await this.#documents.put(run, ROLE, given, this.#random.hex(32));
    await this.#database.query(
      'insert into duovir.clarification (run, answer) values ($1, $2) on conflict (run) do nothing',
      [run, digest],
    );
    return (await this.of(run)) ?? given;
  }

  async of(run: string): Promise<Clarification | undefined> {
    const [row] = await this.#database.query('select answer from duovir.clarification where run = $1', [run]);
    return row && answerSchema.parse(await this.#documents.get(digestSchema.parse(row['answer'])));
  }
}
