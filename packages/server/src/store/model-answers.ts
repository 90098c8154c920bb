import { digestSchema, modelAnswerSchema, type Digest, type ModelAnswer } from '@duovir/protocol';
import type { RandomPort } from '@duovir/engine';
import type { Database } from './database.ts';
import type { Documents } from './documents.ts';

const ROLE = 'model-answer';

/** Finished answers: the same question of the same agent is asked and paid once, whatever crashes in between (Invariant 11). */
export class ModelAnswers {
  readonly #database: Database;
  readonly #documents: Documents;
  readonly #random: RandomPort;

  constructor(database: Database, documents: Documents, random: RandomPort) {
    this.#database = database;
    this.#documents = documents;
    this.#random = random;
  }

  async find(question: Digest, principal: string): Promise<ModelAnswer | undefined> {
    const [row] = await this.#database.query(
      'select answer from duovir.model_answer where question = $1 and principal = $2',
      [question, principal],
    );
    return row && modelAnswerSchema.parse(await this.#documents.get(digestSchema.parse(row['answer'])));
  }

  /** The first answer to a question stands. */
  async keep(run: string, question: Digest, principal: string, answer: ModelAnswer): Promise<void> {
    const { digest } = await this.#documents.put(run, ROLE, answer, this.#random.hex(32));
    await this.#database.query(
      `insert into duovir.model_answer (question, principal, run, answer) values ($1, $2, $3, $4)
       on conflict (question, principal) do nothing`,
      [question, principal, run, digest],
    );
  }
}
