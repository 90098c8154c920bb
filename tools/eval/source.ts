import type { PromptName } from '@duovir/agents';
import type { Ask } from './answered.ts';
import type { EvalCase } from './case-file.ts';
import { evaluate, type Outcome } from './evaluate.ts';
import { abstained } from './grade.ts';
import { openLiveModel } from './live-model.ts';
import { keepRecording, questionKey, recordingOf, rekeying, replayed, type Recording } from './recording.ts';
import type { PromptOutcomes } from './report.ts';

export type SourceOptions =
  | { readonly kind: 'replay' | 'rekey' }
  | { readonly kind: 'model'; readonly alias: string; readonly policyFile: string; readonly record: boolean };

/** Where the answers of an evaluation come from. */
export interface Source {
  answer(given: EvalCase): Promise<Outcome>;
  close(): Promise<void>;
}

export async function openSource(options: SourceOptions): Promise<Source> {
  if (options.kind !== 'model') return { answer: options.kind === 'replay' ? replay : rekey, close: async () => {} };
  const { ask, close } = await openLiveModel(options.alias, options.policyFile);
  return {
    answer: (given) => (options.record ? recorded(given, ask, options.alias) : evaluate(given, ask)),
    close,
  };
}

export async function evaluatePrompt(
  source: Source,
  prompt: PromptName,
  cases: readonly EvalCase[],
  times: number,
): Promise<PromptOutcomes> {
  const answered: { id: string; outcomes: Outcome[] }[] = [];
  for (const given of cases) {
    const outcomes: Outcome[] = [];
    for (let time = 0; time < times; time += 1) outcomes.push(await source.answer(given));
    answered.push({ id: given.id, outcomes });
  }
  return { prompt, cases: answered };
}

async function replay(given: EvalCase): Promise<Outcome> {
  const recording = recordingOf(given);
  if (!recording) return unrecorded;
  const outcome = await evaluate(given, replayed(given, recording));
  // What the looking-up took says nothing; how long the model took is in the recording.
  const calls = outcome.calls.map((call, index) => ({
    ...call,
    milliseconds: recording.answers[index]?.milliseconds ?? 0,
  }));
  return { ...outcome, calls };
}

async function rekey(given: EvalCase): Promise<Outcome> {
  const recording = recordingOf(given);
  if (!recording) return unrecorded;
  const { ask, rekeyed } = rekeying(recording);
  const outcome = await evaluate(given, ask);
  if (outcome.passed && recording.source === 'authored') keepRecording(given, rekeyed());
  return outcome;
}

async function recorded(given: EvalCase, ask: Ask, source: string): Promise<Outcome> {
  const answers: Recording['answers'] = [];
  const outcome = await evaluate(given, async (question) => {
    const begun = performance.now();
    const answer = await ask(question);
    if (answer.kind === 'answer')
      answers.push({
        question: questionKey(question),
        value: answer.value,
        tokens: answer.tokens,
        microUsd: answer.microUsd,
        milliseconds: Math.round(performance.now() - begun),
      });
    return answer;
  });
  if (answers.length > 0) keepRecording(given, { source, answers });
  return outcome;
}

const unrecorded: Outcome = { ...abstained('There is no recorded answer.'), calls: [] };
