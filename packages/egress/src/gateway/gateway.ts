import type { ModelAnswer, ModelRequest, TrustPolicy } from '@duovir/protocol';
import { nothing, type Amount } from '../budget/amount.ts';
import { CallsInFlight } from '../budget/calls-in-flight.ts';
import { levelsOfCall } from '../budget/levels-of-call.ts';
import { EgressError } from '../error.ts';
import { priceOf } from '../price/price-of-model.ts';
import { closeDefaultProvider } from '../provider/closed-default.ts';
import { askWithRetries } from './ask-with-retries.ts';
import { openQuestion, type AskedQuestion } from './asked-question.ts';
import { CallHistory } from './call-history.ts';
import type { Call } from './call.ts';
import { assertNothingSensitive, hideSensitive } from './hide-sensitive.ts';
import { readAnswer } from './model-answer.ts';
import { refusalFor } from './model-refusal.ts';
import { assertRouteOpen, modelOf } from './model-route.ts';
import type { CallProgress, GatewayPorts, RunFacts } from './ports.ts';
import { RegisteredKeys } from './registered-keys.ts';
import { systemTextOf, userTextOf } from './prompt-text.ts';

/** The only way out of the server towards a model. */
export interface ModelGateway {
  /**
   * Answers or refuses. Throws only for what is no proper question: `question-unsigned`, and the protocol's errors about
   * signatures.
   */
  ask(request: ModelRequest): Promise<ModelAnswer>;
  /** Breaks off what is still being asked. */
  close(): Promise<void>;
}

export function createGateway(ports: GatewayPorts): ModelGateway {
  closeDefaultProvider();
  return new Gateway(ports);
}

class Gateway implements ModelGateway {
  readonly #ports: GatewayPorts;
  readonly #inFlight = new CallsInFlight();
  readonly #calls = new CallHistory();
  readonly #keys = new RegisteredKeys();
  readonly #asking = new Map<string, Promise<ModelAnswer>>();
  readonly #unsubscribe: () => void;

  constructor(ports: GatewayPorts) {
    this.#ports = ports;
    this.#unsubscribe = ports.budget.onStop(({ reason }) => this.#breakOff(`All model calls are stopped: ${reason}`));
  }

  async ask(request: ModelRequest): Promise<ModelAnswer> {
    const { policy } = this.#ports.trust();
    const asked = openQuestion(request, policy);
    // An agent that has crashed asks again while its first call may still be in flight.
    const key = `${asked.principal.name} ${asked.digest}`;
    const asking = this.#asking.get(key) ?? this.#answer(asked, policy);
    this.#asking.set(key, asking);
    return asking.finally(() => this.#asking.delete(key));
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#breakOff('The server is being stopped.');
    await Promise.all(this.#asking.values());
  }

  #breakOff(reason: string): void {
    this.#inFlight.abortAll(new EgressError('model-stopped', reason));
  }

  async #answer(asked: AskedQuestion, policy: TrustPolicy): Promise<ModelAnswer> {
    const { question, principal, digest } = asked;
    const { run, records } = this.#ports;
    try {
      const model = modelOf(principal, policy);
      const facts = assertRouteOpen(model, await run(question.run), policy);
      const earlier = await records.answerTo(digest, principal.name);
      return earlier ?? (await this.#call(asked, policy, facts));
    } catch (error) {
      if (!(error instanceof EgressError)) this.#ports.fault(error);
      return { kind: 'refused', call: null, ...refusalFor(error), tokens: 0 };
    }
  }

  async #call(asked: AskedQuestion, policy: TrustPolicy, facts: RunFacts): Promise<ModelAnswer> {
    const { callId, clock, records } = this.#ports;
    const id = callId();
    const startedAt = clock().getTime();
    const aborter = new AbortController();
    const leave = this.#inFlight.enter(id, aborter);
    let spent = nothing;
    const ended = (outcome: Ending, explanation: string): void =>
      this.#ports.progress({
        kind: 'ended',
        run: facts.run,
        call: id,
        principal: asked.principal.name,
        outcome,
        explanation,
        spent,
        milliseconds: clock().getTime() - startedAt,
      });
    try {
      const { call, key } = await this.#prepare(id, asked, policy, facts, aborter.signal);
      const { result, spent: paid } = await askWithRetries(call, key, this.#ports);
      spent = paid;
      if (result instanceof EgressError) throw result;
      const { value, placeholders } = await readAnswer(result, call.prompt.text, call.sensitive, this.#ports.guard);
      const answer: ModelAnswer = {
        kind: 'answer',
        call: id,
        model: call.model.alias,
        value,
        ...spent,
        placeholders: [...placeholders],
      };
      await records.keep(asked.digest, asked.principal.name, answer);
      ended('answered', `${call.model.alias} answered with ${spent.tokens} tokens.`);
      return answer;
    } catch (error) {
      if (!(error instanceof EgressError)) this.#ports.fault(error);
      const refusal = refusalFor(error);
      const refused: ModelAnswer = { kind: 'refused', call: id, ...refusal, tokens: spent.tokens };
      // It was paid for, and would be as bad again.
      if (refusal.code === 'answer-forged' || refusal.code === 'answer-invalid')
        await records.keep(asked.digest, asked.principal.name, refused).catch(this.#ports.fault);
      ended(endingOf(aborter.signal, refusal.code, spent), refusal.detail);
      return refused;
    } finally {
      leave();
    }
  }

  /** Everything that must be so before a call may reserve, be recorded and leave. */
  async #prepare(
    id: string,
    asked: AskedQuestion,
    policy: TrustPolicy,
    facts: RunFacts,
    stop: AbortSignal,
  ): Promise<{ readonly call: Call; readonly key: string }> {
    const { question, principal, digest, request } = asked;
    const { clock, keys, records, guard, mark } = this.#ports;
    const model = modelOf(principal, policy);
    const price = priceOf(model, clock());
    this.#calls.assertNoRunaway(asked, facts);
    await records.asked(request, principal);
    const key = await keys.keyFor(model);
    const sensitive = await this.#ports.sensitive(facts.run);
    this.#keys.registerIn(sensitive.registered, keys.known());
    const { purpose, motion, answer } = question;
    const { name, schema } = answer;
    await assertNothingSensitive('The prompt file', question.system, sensitive, guard);
    await assertNothingSensitive('The schema of the answer', JSON.stringify(schema), sensitive, guard);
    const { parts, redactions } = await hideSensitive(question.parts, sensitive, guard);
    await sensitive.store();
    const prompt = {
      system: systemTextOf(question),
      text: userTextOf(parts, mark()),
      answer: { name, schema },
      maxOutputTokens: Math.min(question.maxOutputTokens, model.maxOutputTokens),
    };
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
      prompt,
      redactions,
      signal: AbortSignal.any([stop, deadlineOf(model.timeoutSeconds)]),
    };
    return { call, key };
  }
}

type Ending = Extract<CallProgress, { readonly kind: 'ended' }>['outcome'];

function endingOf(stop: AbortSignal, code: string, spent: Amount): Ending {
  if (stop.aborted) return 'aborted';
  return code === 'provider-failed' || spent.tokens > 0 ? 'failed' : 'refused';
}

/** Over all tries of a call, with their waiting. */
function deadlineOf(seconds: number): AbortSignal {
  const aborter = new AbortController();
  const late = new EgressError('provider-failed', `There was no answer within ${seconds} seconds.`);
  setTimeout(() => aborter.abort(late), seconds * 1000).unref();
  return aborter.signal;
}
