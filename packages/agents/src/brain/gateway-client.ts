import { PrincipalError, UnixClient, withPatience } from '@duovir/principal';
import {
  beginningOf,
  modelAnswerSchema,
  plainText,
  signQuestion,
  type ModelAnswer,
  type ModelQuestion,
  type Signer,
} from '@duovir/protocol';
import * as z from 'zod';
import { answerSchemaOf } from './answer-schema.ts';
import { joined, withoutModel, type Provenance } from './provenance.ts';
import type { Question, Thinker, Thought } from './thinker.ts';

const MAX_COMPLAINT = 4000;
const MAX_PART = 262_144;

export interface GatewayParts {
  readonly signer: Signer;
  readonly clock: () => Date;
  /** Socket of the gateway. */
  readonly socket: string;
  /** How long the gateway may stay silent: its own deadlines and retries lie below. */
  readonly timeoutMs: number;
  /** How long to ask again where nobody answers; by default as long as the supervisor may need. */
  readonly patienceMs?: number;
}

/** Asks the server's gateway, the only way to a model. The agent signs each question and has no key of any provider. */
export function createGatewayThinker({ signer, clock, socket, timeoutMs, patienceMs }: GatewayParts): Thinker {
  const client = new UnixClient(socket);

  async function ask(question: ModelQuestion): Promise<ModelAnswer> {
    const body = await signQuestion(signer, question, clock().toISOString());
    const call = { path: '/v1/model-calls', body, timeoutMs };
    // A server that was killed in mid-call is back in seconds, and its answer to the same question with it (Invariant 11).
    return withPatience(() => client.call(call, modelAnswerSchema), patienceMs);
  }

  return { think: (question) => thinkThrough(question, ask) };
}

type Ask = (question: ModelQuestion) => Promise<ModelAnswer>;

/** One question, and one more when the answer breaks its schema; then there is no answer. */
export async function thinkThrough<Answer>(question: Question<Answer>, ask: Ask): Promise<Thought<Answer>> {
  const asked = modelQuestionOf(question);
  const first = await answerTo(asked, question, ask);
  if (first.kind !== 'outside') return first;
  const complaint = { label: 'problem-of-your-last-answer', text: first.detail };
  const again = { ...asked, attempt: 2, parts: [...asked.parts, complaint] };
  const second = await answerTo(again, question, ask);
  const provenance = joined(first.provenance, second.provenance);
  return second.kind === 'outside'
    ? { kind: 'none', reason: 'outside-schema', detail: second.detail, provenance }
    : { ...second, provenance };
}

/** The question as it is signed and sent. */
export function modelQuestionOf<Answer>({ prompt, answer, parts, ...rest }: Question<Answer>): ModelQuestion {
  return {
    ...rest,
    attempt: 1,
    prompt: prompt.reference,
    system: prompt.system,
    parts: parts.map(({ label, text }) => ({ label, text: beginningOf(plainText(text), MAX_PART).toWellFormed() })),
    answer: { name: prompt.reference.name, schema: answerSchemaOf(answer) },
    maxOutputTokens: prompt.maxOutputTokens,
  };
}

type Outside = { readonly kind: 'outside'; readonly detail: string; readonly provenance: Provenance };

async function answerTo<Answer>(
  asked: ModelQuestion,
  { answer }: Question<Answer>,
  ask: Ask,
): Promise<Thought<Answer> | Outside> {
  const given = await reachable(() => ask(asked));
  if (given.kind === 'unreachable')
    return { kind: 'none', reason: 'unreachable', detail: given.detail, provenance: withoutModel() };
  const calls = given.call === null ? [] : [given.call];
  const provenance: Provenance = { brain: 'model', tokens: given.tokens, calls };
  // An answer that is no JSON may be one at the second try; every other refusal stands.
  if (given.kind === 'refused')
    return given.code === 'answer-invalid'
      ? { kind: 'outside', detail: given.detail, provenance }
      : { kind: 'none', reason: given.code, detail: given.detail, provenance };
  const parsed = answer.safeParse(given.value);
  return parsed.success
    ? { kind: 'answer', value: parsed.data, placeholders: given.placeholders, provenance }
    : { kind: 'outside', detail: z.prettifyError(parsed.error).slice(0, MAX_COMPLAINT), provenance };
}

/** A gateway that is down is no reason to fail: whoever asks knows what to do without an answer (Invariant 6). */
async function reachable(
  ask: () => Promise<ModelAnswer>,
): Promise<ModelAnswer | { readonly kind: 'unreachable'; readonly detail: string }> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof PrincipalError) return { kind: 'unreachable', detail: error.message };
    throw error;
  }
}
