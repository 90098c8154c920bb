import { digestOf, type Digest } from '@duovir/protocol';
import * as z from 'zod';
import type { Context } from '../context.ts';
import { stateOwn } from '../stated.ts';

/** A question nobody answers in a day ends the run. */
const ANSWER_WITHIN_MS = 86_400_000;
const LONGEST_WAIT_MS = 3_600_000;

export const questionSchema = z.object({ question: z.string() });
export const clarificationSchema = z.object({ question: z.string(), answer: z.string() });

/** The run waits for a person; nothing is held meanwhile but its place. */
export async function askPerson(
  { ports }: Context,
  run: string,
  input: { readonly question: Digest },
): Promise<{ readonly until: string }> {
  const { question } = questionSchema.parse(await ports.documents.get(input.question));
  const until = new Date(ports.clock.now().getTime() + ANSWER_WITHIN_MS).toISOString();
  await ports.runs.setState(run, { kind: 'asking', question, until }, {});
  return { until };
}

export type Heard =
  | { readonly kind: 'answered'; readonly clarification: Digest }
  | { readonly kind: 'waiting'; readonly waitMs: number }
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'cancelled' };

/** What a person said, as part of what the plan rests on: in the ledger before anybody plans by it (Invariant 9). */
export async function hearAnswer(
  { ports }: Context,
  run: string,
  input: { readonly question: Digest; readonly until: string },
): Promise<Heard> {
  if (await ports.runs.cancelled(run)) return { kind: 'cancelled' };
  const said = await ports.runs.clarification(run);
  const left = Date.parse(input.until) - ports.clock.now().getTime();
  if (!said) return left > 0 ? { kind: 'waiting', waitMs: Math.min(left, LONGEST_WAIT_MS) } : { kind: 'unanswered' };
  const { question } = questionSchema.parse(await ports.documents.get(input.question));
  const { person, answer } = said;
  const stored = await ports.documents.put(run, 'clarification', { question, answer }, ports.random.hex(32));
  const { entry } = await stateOwn(ports, 'clarification-answer', {
    run,
    kind: 'clarification-answer',
    subject: digestOf(await ports.runs.accepted(run)),
    predicate: { person, commitment: stored.commitment },
  });
  await ports.events.publish(run, 'clarification-answer', {
    type: 'clarification-answer',
    body: { person, answer, entry },
  });
  await ports.runs.setState(run, { kind: 'running', stage: 'plan' }, {});
  return { kind: 'answered', clarification: stored.digest };
}
