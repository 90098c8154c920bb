import type { EntryKind } from '@duovir/protocol';
import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';

/** What an agent states after having thought, by itself or with a model. */
const THOUGHT = [
  'plan',
  'plan-refusal',
  'clarification',
  'opinion',
  'rebuttal',
  'diagnosis',
] as const satisfies readonly EntryKind[];
type Thought = Fact<(typeof THOUGHT)[number]>;

/** Whoever says to have thought with a model has asked it, for the record (Invariant 7). */
export function thoughtFindings(chain: Chain): Finding[] {
  const thoughts = THOUGHT.flatMap((kind): Thought[] => chain.all(kind));
  return thoughts.flatMap((thought) => [
    ...brainFindings(thought),
    ...tokenFindings(chain, thought),
    ...thought.statement.predicate.calls.flatMap((call) => callFindings(chain, thought, call)),
  ]);
}

function brainFindings(thought: Thought): Finding[] {
  const { brain, calls } = thought.statement.predicate;
  // Rules may have had the last word after a model was asked in vain; whoever has no model asks none.
  if ((brain === 'model' || calls.length > 0) && thought.principal.brain?.kind !== 'model')
    return [
      findingAt(thought, 'brain-model', `The trust policy gives ${thought.principal.name} no model to think with.`),
    ];
  if (brain === 'model' && calls.length === 0)
    return [findingAt(thought, 'brain-call', 'It was thought by a model, it says, and names no call.')];
  return [];
}

/** The bytes that left for a call, and what came of them: all before the thought, in its run, for this agent. */
function callFindings(chain: Chain, thought: Thought, call: string): Finding[] {
  const { run } = thought.statement;
  const left = chain.inCall('egress', run, call);
  const ended = chain.inCall('egress-end', run, call).filter(({ index }) => index < thought.index);
  // The gateway may have refused the question before anything left.
  if (left.length === 0 && hasAsked(chain, thought)) return [];
  if (ended.length === 0 || !left.some(({ index }) => index < thought.index))
    return [findingAt(thought, 'call-egress', `Nothing of ${call} had left and ended before, in this run.`)];
  if (left.some(({ statement }) => statement.predicate.principal !== thought.principal.name))
    return [findingAt(thought, 'call-principal', `${call} was made for somebody else.`)];
  return [];
}

function hasAsked(chain: Chain, { index, principal, statement }: Thought): boolean {
  return chain
    .inRun('model-question', statement.run)
    .some((question) => question.index < index && question.principal.name === principal.name);
}

/** What an agent says to have used is no more than what its calls have cost. */
function tokenFindings(chain: Chain, thought: Thought): Finding[] {
  const { run, predicate } = thought.statement;
  const spent = predicate.calls
    .flatMap((call) => chain.inCall('egress-end', run, call))
    .reduce((sum, { statement }) => sum + statement.predicate.spent.tokens, 0);
  if (predicate.tokens <= spent) return [];
  return [
    findingAt(thought, 'call-tokens', `${predicate.tokens} tokens were used, it says; its calls have cost ${spent}.`),
  ];
}
