import type { Model, TrustPolicy } from '@duovir/protocol';
import { levelsOfCall } from '../budget/levels-of-call.ts';
import { priceOf } from '../price/price-of-model.ts';
import type { AskedQuestion } from './asked-question.ts';
import type { CallHistory } from './call-history.ts';
import type { Call } from './call.ts';
import { assertNothingSensitive, hideSensitive } from './hide-sensitive.ts';
import type { GatewayPorts, RunFacts } from './ports.ts';
import { systemTextOf, userTextOf } from './prompt-text.ts';
import type { RegisteredKeys } from './registered-keys.ts';

/** A question whose way to a model is open. */
export interface RoutedQuestion {
  readonly asked: AskedQuestion;
  readonly policy: TrustPolicy;
  readonly model: Model;
  readonly facts: RunFacts;
}

export interface GatewayMemory {
  readonly history: CallHistory;
  readonly keys: RegisteredKeys;
}

export interface PreparedCall {
  readonly call: Call;
  /** Beside the call, which is recorded and told about. */
  readonly key: string;
}

/** Everything that must be so before a call may reserve, be recorded and leave. */
export async function prepareCall(
  id: string,
  { asked, policy, model, facts }: RoutedQuestion,
  signal: AbortSignal,
  ports: GatewayPorts,
  memory: GatewayMemory,
): Promise<PreparedCall> {
  const { question, principal, digest, request } = asked;
  const { clock, keys, records, guard, mark } = ports;
  const price = priceOf(model, clock());
  memory.history.assertNoRunaway(asked, facts);
  await records.asked(request, principal);
  const key = await keys.keyFor(model);
  const sensitive = await ports.sensitive(facts.run);
  memory.keys.registerIn(sensitive.registered, keys.known());
  const { purpose, motion, answer, system } = question;
  await assertNothingSensitive('The prompt file', system, sensitive, guard);
  await assertNothingSensitive('The schema of the answer', JSON.stringify(answer.schema), sensitive, guard);
  const { parts, redactions } = await hideSensitive(question.parts, sensitive, guard);
  await sensitive.store();
  const call: Call = {
    id,
    facts,
    principal: principal.name,
    purpose,
    question: digest,
    model,
    price,
    levels: levelsOfCall(
      // Before there is a motion, its cap bounds what each purpose of the run may use.
      { team: facts.team, agent: principal.name, run: facts.run, motion: motion ?? `${facts.run}/${purpose}` },
      policy.budget,
      clock(),
    ),
    sensitive,
    prompt: {
      system: systemTextOf(question),
      text: userTextOf(parts, mark()),
      answer,
      maxOutputTokens: Math.min(question.maxOutputTokens, model.maxOutputTokens),
    },
    redactions,
    signal,
  };
  return { call, key };
}
