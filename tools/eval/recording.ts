import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestOf, digestSchema, jsonSchema, type Digest, type Json, type ModelQuestion } from '@duovir/protocol';
import * as z from 'zod';
import type { Ask } from './answered.ts';
import { EVALS, type EvalCase } from './case-file.ts';

/** Answers of one case, in the order in which they were given. */
const recordingSchema = z.strictObject({
  /** `authored` by people, or the model that gave them. */
  source: z.string(),
  answers: z
    .array(
      z.strictObject({
        question: digestSchema,
        value: jsonSchema,
        tokens: z.int().min(0),
        microUsd: z.int().min(0),
        milliseconds: z.int().min(0),
      }),
    )
    .min(1),
});
export type Recording = z.infer<typeof recordingSchema>;

function fileOf({ prompt, id }: Pick<EvalCase, 'prompt' | 'id'>): string {
  return join(EVALS, prompt, 'recorded', `${id}.json`);
}

export function recordingOf(named: Pick<EvalCase, 'prompt' | 'id'>): Recording | undefined {
  const file = fileOf(named);
  return existsSync(file) ? recordingSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

export function keepRecording(named: Pick<EvalCase, 'prompt' | 'id'>, recording: Recording): void {
  const file = fileOf(named);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(recordingSchema.parse(recording), null, 2)}\n`);
}

/** What an answer depends on: prompt, data and form, but not the run or the digests of motions. */
export function questionKey({ prompt, system, parts, answer, attempt }: ModelQuestion): Digest {
  return digestOf({ prompt, system, parts, answer, attempt });
}

/** Gives recorded answers to the very questions they were given to, and refuses every other. */
export function replayed({ prompt, id }: EvalCase, recording: Recording): Ask {
  return async (question) => {
    const key = questionKey(question);
    const known = recording.answers.find((answer) => answer.question === key);
    if (!known)
      throw new Error(
        `evals/${prompt}/recorded/${id}.json has no answer to question ${key}: prompt, schema or case have changed. ` +
          'Record it anew with --model and --record; where the answers are authored and still fit, with --rekey.',
      );
    return answerOf(known.value, known.tokens, known.microUsd);
  };
}

/** Gives the answers in their order, and notes which question each was given to. */
export function rekeying(recording: Recording): { readonly ask: Ask; readonly rekeyed: () => Recording } {
  const questions: Digest[] = [];
  return {
    ask: async (question) => {
      const next = recording.answers[questions.length];
      if (!next) throw new Error('There are more questions than answers.');
      questions.push(questionKey(question));
      return answerOf(next.value, next.tokens, next.microUsd);
    },
    rekeyed: () => ({
      ...recording,
      answers: recording.answers
        .slice(0, questions.length)
        .map((answer, index) => ({ ...answer, question: questions[index] ?? answer.question })),
    }),
  };
}

function answerOf(value: Json, tokens: number, microUsd: number): Awaited<ReturnType<Ask>> {
  return {
    kind: 'answer',
    call: `call-${'a'.repeat(26)}`,
    model: 'recorded',
    value,
    tokens,
    microUsd,
    placeholders: [],
  };
}
