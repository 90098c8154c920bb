import type { Json } from '@duovir/protocol';
import type { Brain, ModelCall } from '../../tools/model-server/brain.ts';
import { diagnosis } from './diagnosis.ts';
import { opinionOf, secondOpinionOf } from './opinion.ts';
import { draftFor, rebuttalFor, revisionFor } from './planning.ts';

/**
 * What the scripted models of this story say. It stands behind a real socket and reads what a real model would be given:
 * it knows no run, no id and no secret, and gives the same answer to the same prompt.
 */
export const brain: Brain = (call) =>
  isBusy(call)
    ? { kind: 'status', status: 429, retryAfterSeconds: 1, message: 'Too many requests.' }
    : { kind: 'json', value: JSON.parse(JSON.stringify(answerTo(call))) as Json };

/** One provider turns away the first try of the first review. */
function isBusy({ prompt, attempt }: ModelCall): boolean {
  return attempt === 1 && prompt.includes('what fails halfway') && !prompt.includes('max_slot_wal_keep_size');
}

/** By the one text with authority: the prompt file. */
function answerTo(call: ModelCall): object {
  const { prompt } = call;
  if (prompt.includes('You revise a plan')) return { answer: revisionFor(call) };
  if (prompt.includes('You plan infrastructure work')) return { answer: draftFor(call) };
  if (prompt.includes('You review a plan')) return opinionOf(call);
  if (prompt.includes('and you vote once more')) return secondOpinionOf(call);
  if (prompt.includes('Findings were made against a plan')) return rebuttalFor(call);
  if (prompt.includes('A step of a run failed')) return diagnosis(call);
  throw new Error('Nothing of this story is asked for.');
}
