import { setTimeout as pause } from 'node:timers/promises';
import { nothing, plus, type Amount } from '../budget/amount.ts';
import { EgressError } from '../error.ts';
import { askModel, type Written } from '../provider/ask-model.ts';
import { routeTo } from '../provider/routes.ts';
import { Attempt } from './attempt.ts';
import type { Call } from './call.ts';
import type { CallProgress, Ended, GatewayPorts } from './ports.ts';
import { retryDelay } from './retry-delay.ts';
import { WritingProgress } from './writing-progress.ts';

const MOST_TRIES = 3;

export interface AskedCall {
  /** Or why there is no answer, after all tries. */
  readonly result: Written | EgressError;
  /** Over all tries. */
  readonly spent: Amount;
}

type Try =
  | { readonly kind: 'written'; readonly written: Written; readonly spent: Amount }
  | {
      readonly kind: 'failed';
      readonly error: EgressError;
      readonly again: number | undefined;
      readonly spent: Amount;
    };

/** Asks until there is an answer, at most three times. Every try is reserved, recorded and settled by itself. */
export async function askWithRetries(call: Call, key: string, ports: GatewayPorts): Promise<AskedCall> {
  let spent = nothing;
  for (let number = 1; ; number += 1) {
    const outcome = await tryOnce(call, number, key, ports);
    spent = plus(spent, outcome.spent);
    if (outcome.kind === 'written') return { result: outcome.written, spent };
    const { error, again } = outcome;
    if (again === undefined || number === MOST_TRIES) return { result: error, spent };
    ports.progress({ kind: 'retrying', ...told(call), try: number + 1, reason: error.message });
    const waited = await pause(again, true, { signal: call.signal }).catch(() => false);
    if (!waited) return { result: reasonOf(call.signal, error), spent };
  }
}

async function tryOnce(call: Call, number: number, key: string, ports: GatewayPorts): Promise<Try> {
  const { model, signal, prompt } = call;
  const onReserved = (bound: Amount): void => (number === 1 ? started(call, bound, ports) : undefined);
  const attempt = new Attempt({ call, number, ports, onReserved });
  const writing = new WritingProgress(ports.clock, (tokens) =>
    ports.progress({ kind: 'writing', ...told(call), tokens }),
  );
  let written: Written;
  try {
    let urls: readonly string[] = [];
    const route = await routeTo({ model, key, fetch: attempt.fetchFrom(() => urls) });
    urls = route.urls;
    written = await askModel(route, prompt, signal, (characters) => writing.wrote(characters));
  } catch (cause) {
    const error = failureOf(attempt, signal, cause);
    if (error !== cause) ports.fault(attempt.refusal ?? nameless(cause));
    const spent = await attempt.end(outcomeOf(attempt, signal), undefined);
    // What this side has refused would be as bad again, and is paid for.
    const again = cause instanceof EgressError ? undefined : retryDelay(attempt, signal, number);
    return { kind: 'failed', error, again, spent };
  }
  const { end, usage } = written;
  const spent = await attempt.end(end === 'broken' ? 'failed' : 'answered', usage);
  if (end !== 'broken') return { kind: 'written', written, spent };
  const error = new EgressError('provider-failed', 'The answer of the provider broke off.');
  return { kind: 'failed', error, again: retryDelay(attempt, signal, number), spent };
}

function outcomeOf(attempt: Attempt, signal: AbortSignal): Ended['outcome'] {
  if (signal.aborted) return 'aborted';
  return attempt.isUnanswered ? 'unknown' : 'failed';
}

/** Says what happened without a word of the provider: it may repeat what it was sent, or a part of the key. */
function failureOf(attempt: Attempt, signal: AbortSignal, cause: unknown): EgressError {
  if (signal.aborted) return reasonOf(signal, cause);
  if (attempt.refusal instanceof EgressError) return attempt.refusal;
  if (cause instanceof EgressError) return cause;
  if (attempt.refusal !== undefined)
    return new EgressError('egress-blocked', 'The request could not be checked and recorded, so it was not sent.');
  const { response } = attempt;
  if (!response) return new EgressError('provider-failed', 'The provider could not be reached, or did not answer.');
  return new EgressError(
    'provider-failed',
    response.ok ? 'The answer of the provider broke off.' : `The provider answered with status ${response.status}.`,
  );
}

/** For the log: what kind of failure it was. The client's own words quote the provider, who may repeat the key it was sent. */
function nameless(cause: unknown): EgressError {
  const inner = cause instanceof Error ? (cause.cause ?? cause) : undefined;
  const code = inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? ` ${inner.code}` : '';
  const kind = cause instanceof Error ? cause.name : typeof cause;
  return new EgressError('provider-failed', `The client of the provider has failed: ${kind}${code}.`);
}

function reasonOf(signal: AbortSignal, otherwise: unknown): EgressError {
  const reason: unknown = signal.reason;
  if (reason instanceof EgressError) return reason;
  return otherwise instanceof EgressError ? otherwise : new EgressError('provider-failed', 'The call was broken off.');
}

function started(call: Call, reserved: Amount, ports: GatewayPorts): void {
  const redactions = Object.values(call.redactions).reduce((sum, count) => sum + count, 0);
  const { purpose, model } = call;
  ports.progress({ kind: 'started', ...told(call), purpose, model: model.alias, reserved, redactions });
}

function told({ facts, id, principal }: Call): Pick<CallProgress, 'run' | 'call' | 'principal'> {
  return { run: facts.run, call: id, principal };
}
