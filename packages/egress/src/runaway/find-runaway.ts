import { similarity } from './question-fingerprint.ts';
import type { PastCall, RunHistory } from './run-history.ts';

/** Why a run must not think on: one sentence for people, and what kind of loop it is. */
export interface Runaway {
  readonly kind: 'repetition' | 'ping-pong' | 'growth' | 'heal-loop';
  readonly reason: string;
}

const REPETITIONS = 3;
/** Calls of one agent that are looked back at. */
const WINDOW = 12;
const NEARLY_THE_SAME = 0.9;
const GROWING_CALLS = 5;
const GROWTH = 1.5;
const LONGEST_CYCLE = 3;

/**
 * Looks at the newest call, plan and failure: whether they end a loop. A budget alone would stop a loop only once it is
 * spent; this stops it by what it does.
 */
export function findRunaway({ calls, plans, failures }: RunHistory): Runaway | undefined {
  return findRepetition(calls) ?? findPingPong(plans) ?? findGrowth(calls) ?? findHealLoop(failures);
}

/** The same question counts wherever the run stands; one that only resembles it, only while nothing else has changed. */
function findRepetition(calls: readonly PastCall[]): Runaway | undefined {
  const newest = calls.at(-1);
  if (!newest) return undefined;
  const earlier = ofSameAgent(calls, newest).filter(({ purpose }) => purpose === newest.purpose);
  const identical = earlier.filter(({ question }) => question.exact === newest.question.exact);
  if (identical.length >= REPETITIONS)
    return repetition(`${newest.agent} has asked the same ${newest.purpose} question ${identical.length} times`);
  const similar = earlier.filter(
    ({ state, question }) => state === newest.state && similarity(question, newest.question) >= NEARLY_THE_SAME,
  );
  if (similar.length < REPETITIONS) return undefined;
  return repetition(
    `${newest.agent} has asked nearly the same ${newest.purpose} question ${similar.length} times while nothing changed`,
  );
}

function repetition(reason: string): Runaway {
  return { kind: 'repetition', reason };
}

/** Plans that come round again in the same order: A, B, A, B; or one plan over and over. */
function findPingPong(plans: readonly string[]): Runaway | undefined {
  for (let length = 1; length <= LONGEST_CYCLE; length += 1) {
    const rounds = length === 1 ? REPETITIONS : 2;
    const newest = plans.slice(-length * rounds);
    if (newest.length < length * rounds) return undefined;
    if (newest.every((plan, index) => plan === newest[index % length]))
      return {
        kind: 'ping-pong',
        reason:
          length === 1
            ? `the same plan has come before the council ${rounds} times in a row`
            : `the council goes round in circles: the same ${length} plans have come in the same order ${rounds} times`,
      };
  }
  return undefined;
}

/** An agent whose prompts only grow while the run stands still feeds on its own output. */
function findGrowth(calls: readonly PastCall[]): Runaway | undefined {
  const newest = calls.at(-1);
  if (!newest) return undefined;
  const recent = ofSameAgent(calls, newest).slice(-GROWING_CALLS);
  const [first] = recent;
  if (!first || recent.length < GROWING_CALLS || recent.some(({ state }) => state !== newest.state)) return undefined;
  const grows = recent.every((call, index) => index === 0 || call.bodyBytes > (recent[index - 1]?.bodyBytes ?? 0));
  if (!grows || newest.bodyBytes < first.bodyBytes * GROWTH) return undefined;
  return {
    kind: 'growth',
    reason: `the prompts of ${newest.agent} grew from ${first.bodyBytes} to ${newest.bodyBytes} bytes over ${recent.length} calls while nothing changed`,
  };
}

function findHealLoop(failures: readonly string[]): Runaway | undefined {
  const newest = failures.at(-1);
  const times = failures.filter((signature) => signature === newest).length;
  if (newest === undefined || times < REPETITIONS) return undefined;
  return { kind: 'heal-loop', reason: `the failure ${newest} has come back ${times} times, heals notwithstanding` };
}

function ofSameAgent(calls: readonly PastCall[], { agent }: PastCall): readonly PastCall[] {
  return calls.filter((call) => call.agent === agent).slice(-WINDOW);
}
