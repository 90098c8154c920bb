import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, digestOf, jsonSchema, type Json } from '@duovir/protocol';
import * as z from 'zod';
import { VolatileWords } from './volatile.ts';

/** An answer as it was once given to a question that was the same but for what differs from run to run. */
const recordingSchema = z.strictObject({
  question: z.strictObject({ path: z.string(), body: jsonSchema }),
  status: z.int(),
  contentType: z.string(),
  /** The bytes of the answer, which is text in every format. */
  body: z.string(),
});
export type Recording = z.infer<typeof recordingSchema>;

/** Fields of a request that say who asks and not what. */
const PERSONAL = new Set(['user', 'metadata', 'prompt_cache_key', 'safety_identifier']);

/** A question without what differs from run to run, its digest, and the words of this run. */
export class CassetteQuestion {
  readonly words = new VolatileWords();
  readonly question: Recording['question'];
  readonly digest: string;

  constructor(path: string, bytes: Buffer) {
    const body = withoutPersonal(jsonSchema.parse(JSON.parse(bytes.toString('utf8'))));
    this.question = { path, body: jsonSchema.parse(JSON.parse(this.words.blank(canonicalJson(body)))) };
    this.digest = digestOf(this.question);
  }
}

/** A folder of recordings, one file a question, named by its digest. */
export class Cassettes {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The recorded answer with the words of this run in it. @throws Error when nothing was recorded. */
  async replay(asked: CassetteQuestion): Promise<Recording> {
    const file = this.#fileOf(asked);
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new Error(`No answer was recorded for question ${asked.digest}.`, { cause });
    });
    const recording = recordingSchema.parse(JSON.parse(text));
    return { ...recording, body: asked.words.restore(recording.body) };
  }

  async record(asked: CassetteQuestion, answer: Omit<Recording, 'question'>): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const recording: Recording = { question: asked.question, ...answer, body: asked.words.blank(answer.body) };
    const file = this.#fileOf(asked);
    await writeFile(`${file}.new`, `${JSON.stringify(recording, null, 2)}\n`);
    await rename(`${file}.new`, file);
  }

  #fileOf({ digest }: CassetteQuestion): string {
    return join(this.#folder, `${digest.replace('sha256:', '').slice(0, 32)}.json`);
  }
}

function withoutPersonal(body: Json): Json {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !PERSONAL.has(name)));
}
