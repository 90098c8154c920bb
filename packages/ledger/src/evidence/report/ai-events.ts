import type { ByKind } from '../by-kind.ts';
import { entryReport, list, type Cells } from './report.ts';

type Thought = Cells<'brain' | 'model' | 'tokens' | 'calls' | 'output' | 'commitment'>;

interface Thinking {
  readonly brain: string;
  readonly tokens: number;
  readonly calls: readonly string[];
  readonly commitment: string;
}

function thought({ brain, tokens, calls, commitment }: Thinking, output: string): Thought {
  return { brain, tokens, calls: list(calls), output, commitment };
}

/** What agents thought, with what, and where a person decided (AI Act articles 12, 14, 19; NIST AI RMF MEASURE 2.8). */
const events: ByKind<Thought> = {
  plan: (said) => thought(said, `${said.pack}/${said.playbook} revision ${said.revision}`),
  'plan-refusal': (said) => thought(said, said.reason),
  clarification: (said) => thought(said, 'question'),
  opinion: (said) => thought(said, said.verdict),
  rebuttal: (said) => thought(said, list(said.answers.map(({ finding, kind }) => `${finding}:${kind}`))),
  diagnosis: (said) => thought(said, said.decision),
  egress: ({ model, call, commitment }) => ({ brain: 'model', model, calls: call, commitment }),
  approval: ({ verdict }) => ({ output: `person: ${verdict}` }),
  'clarification-answer': ({ commitment }) => ({ output: 'person: answer', commitment }),
  stop: () => ({ output: 'person: stop' }),
  'stop-lift': () => ({ output: 'person: stop lifted' }),
  'model-stop': () => ({ output: 'person: models stopped' }),
  'model-resume': () => ({ output: 'person: models resumed' }),
  cancellation: () => ({ output: 'person: run cancelled' }),
};

export const aiEvents = entryReport({
  name: 'ai-events',
  about:
    'One row for each answer of an agent, each call to a model, and each time a person decided, answered or stopped.',
  columns: ['brain', 'model', 'tokens', 'calls', 'output', 'commitment'],
  rows: () => events,
});
