import type { ModelAnswer, ModelRequest, TrustPolicy } from '@duovir/protocol';
import { nothing, type Amount } from '../budget/amount.ts';
import { CallsInFlight } from '../budget/calls-in-flight.ts';
import { EgressError } from '../error.ts';
import { closeDefaultProvider } from '../provider/closed-default.ts';
import { askWithRetries } from './ask-with-retries.ts';
import { openQuestion, type AskedQuestion } from './asked-question.ts';
import { CallHistory } from './call-history.ts';
import { readAnswer } from './model-answer.ts';
import { refusalFor } from './model-refusal.ts';
import { assertRouteOpen, modelOf } from './model-route.ts';
import type { CallProgress, GatewayPorts } from './ports.ts';
import { prepareCall, type RoutedQuestion } from './prepare-call.ts';
import { RegisteredKeys } from './registered-keys.ts';

/** The only way out of the server towards a model. */
export interface ModelGateway {
  /**
   * Answers or refuses. Throws only for what is no proper question: `question-unsigned`, and the protocol's errors about
   * signatures.
   */
  ask(request: ModelRequest): Promise<ModelAnswer>;
  /** Breaks off what is still being asked, and asks nothing any more. */
  close(): Promise<void>;
}

export function createGateway(ports: GatewayPorts): ModelGateway {
  closeDefaultProvider();
  return new Gateway(ports);
}

class Gateway implements ModelGateway {
  readonly #ports: GatewayPorts;
  readonly #memory = { history: new CallHistory(), keys: new RegisteredKeys() };
  readonly #inFlight = new CallsInFlight();
  readonly #asking = new Map<string, Promise<ModelAnswer>>();
  readonly #unsubscribe: () => void;
  #isClosed = false;

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
    this.#isClosed = true;
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
      const facts = assertRouteOpen(model, await run(question.run, question.motion), policy);
      const earlier = await records.answerTo(digest, principal.name);
      return earlier ?? (await this.#call({ asked, policy, model, facts }));
    } catch (error) {
      if (!(error instanceof EgressError)) this.#ports.fault(error);
      return { kind: 'refused', call: null, ...refusalFor(error), tokens: 0 };
    }
  }

  async #call(routed: RoutedQuestion): Promise<ModelAnswer> {
    const { asked, model } = routed;
    const { records, guard, clock, callId } = this.#ports;
    const id = callId();
    const startedAt = clock().getTime();
    const aborter = new AbortController();
    const leave = this.#inFlight.enter(id, aborter);
    const deadline = abortAfter(model.timeoutSeconds, aborter);
    let spent = nothing;
    try {
      if (this.#isClosed) throw new EgressError('model-stopped', 'The server is being stopped.');
      const { call, key } = await prepareCall(id, routed, aborter.signal, this.#ports, this.#memory);
      const { result, spent: paid } = await askWithRetries(call, key, this.#ports);
      spent = paid;
      if (result instanceof EgressError) throw result;
      const { value, placeholders } = await readAnswer(result, call.prompt.text, call.sensitive, guard);
      const bound = [...placeholders];
      const answer: ModelAnswer = {
        kind: 'answer',
        call: id,
        model: model.alias,
        value,
        ...spent,
        placeholders: bound,
      };
      await records.keep(asked.digest, asked.principal.name, answer);
      const explanation = `${model.alias} answered with ${spent.tokens} tokens.`;
      this.#tellEnd(id, routed, { outcome: 'answered', explanation, spent, startedAt });
      return answer;
    } catch (error) {
      if (!(error instanceof EgressError)) this.#ports.fault(error);
      const refusal = refusalFor(error);
      const refused: ModelAnswer = { kind: 'refused', call: id, ...refusal, tokens: spent.tokens };
      // It was paid for, and would be as bad again.
      if (refusal.code === 'answer-forged' || refusal.code === 'answer-invalid')
        await records.keep(asked.digest, asked.principal.name, refused).catch(this.#ports.fault);
      const outcome = endingOf(aborter.signal, refusal.code, spent);
      this.#tellEnd(id, routed, { outcome, explanation: refusal.detail, spent, startedAt });
      return refused;
    } finally {
      clearTimeout(deadline);
      leave();
    }
  }

  #tellEnd(call: string, { asked, facts }: RoutedQuestion, { startedAt, ...ending }: Ending): void {
    const milliseconds = this.#ports.clock().getTime() - startedAt;
    this.#ports.progress({
      kind: 'ended',
      run: facts.run,
      call,
      principal: asked.principal.name,
      ...ending,
      milliseconds,
    });
  }
}

interface Ending {
  readonly outcome: Extract<CallProgress, { readonly kind: 'ended' }>['outcome'];
  readonly explanation: string;
  readonly spent: Amount;
  readonly startedAt: number;
}

function endingOf(signal: AbortSignal, code: string, spent: Amount): Ending['outcome'] {
  if (signal.aborted) return 'aborted';
  return code === 'provider-failed' || spent.tokens > 0 ? 'failed' : 'refused';
}

/** The deadline of a call covers all its tries and the waiting between them. */
function abortAfter(seconds: number, aborter: AbortController): NodeJS.Timeout {
  const late = new EgressError('provider-failed', `There was no answer within ${seconds} seconds.`);
  return setTimeout(() => aborter.abort(late), seconds * 1000);
}
