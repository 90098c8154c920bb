import type { EntryKind } from '@duovir/protocol';
import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import type { Finding } from './finding.ts';

/** What an agent states after having thought, by itself or with a model. */
const THOUGHT = [
  'plan',
  'plan-refusal',
  'clarification',
  'opinion',
  'diagnosis',
] as const satisfies readonly EntryKind[];
type Thought = Fact<(typeof THOUGHT)[number]>;

const by = ({ index }: Fact, rule: string, consequence: string): Finding => ({ entry: index, rule, consequence });

/** Whoever says to have thought with a model has asked it, for the record, and whoever says not to has not (Invariant 7). */
export function thoughtFindings(chain: Chain): Finding[] {
  const thoughts = THOUGHT.flatMap((kind): Thought[] => chain.all(kind));
  return thoughts.flatMap((thought) => [
    ...brainFindings(thought),
    ...thought.statement.predicate.calls.flatMap((call) => callFindings(chain, thought, call)),
  ]);
}

function brainFindings(thought: Thought): Finding[] {
  const { brain, calls, tokens } = thought.statement.predicate;
  if (brain === 'playbook' && (calls.length > 0 || tokens > 0))
    return [
      by(thought, 'brain-playbook', 'It was thought by rules alone, it says, and yet a model was called for it.'),
    ];
  if (brain === 'model' && thought.principal.brain?.kind !== 'model')
    return [by(thought, 'brain-model', `The trust policy gives ${thought.principal.name} no model to think with.`)];
  return [];
}

/** The agent's own question, the bytes that left for it, and what came of them: all before the thought, in its run. */
function callFindings(chain: Chain, thought: Thought, call: string): Finding[] {
  const { run } = thought.statement;
  const left = chain.inCall('egress', run, call).filter(({ index }) => index < thought.index);
  const ended = chain.inCall('egress-end', run, call).filter(({ index }) => index < thought.index);
  if (left.length === 0 || ended.length === 0)
    return [by(thought, 'call-egress', `Nothing of ${call} had left and ended before, in this run.`)];
  if (left.some(({ statement }) => statement.predicate.principal !== thought.principal.name))
    return [by(thought, 'call-principal', `${call} was made for somebody else.`)];
  return [];
}
