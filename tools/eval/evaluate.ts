import { isModelMandate, thinkThrough, type Thinker } from '@duovir/agents';
import type { Ask, CountedCall } from './answered.ts';
import type { EvalCase } from './case-file.ts';
import { abstained, type Grade } from './grade.ts';
import { evaluateHealing } from './healing.ts';
import { evaluatePlanning } from './planning.ts';
import { evaluateRebuttal } from './rebutting.ts';
import { evaluateReview } from './reviewing.ts';
import { evaluateSecondVote } from './voting-again.ts';

/** One case, once. */
export interface Outcome extends Grade {
  readonly calls: readonly CountedCall[];
}

export async function evaluate(given: EvalCase, ask: Ask): Promise<Outcome> {
  const calls: CountedCall[] = [];
  const thinker: Thinker = {
    think: (question) =>
      thinkThrough(question, async (asked) => {
        const begun = performance.now();
        const answer = await ask(asked);
        const milliseconds = Math.round(performance.now() - begun);
        calls.push({ tokens: answer.tokens, microUsd: answer.kind === 'answer' ? answer.microUsd : 0, milliseconds });
        return answer;
      }),
  };
  return { ...(await gradeOf(given, thinker)), calls };
}

async function gradeOf(given: EvalCase, thinker: Thinker): Promise<Grade> {
  switch (given.kind) {
    case 'planning':
      return evaluatePlanning(thinker, given.case);
    case 'healing':
      return evaluateHealing(thinker, given.case);
    case 'second-vote':
      return evaluateSecondVote(thinker, given.case);
    case 'rebuttal':
      return evaluateRebuttal(thinker, given.case);
    case 'review': {
      const mandate = given.prompt.replace('reviewer-', '');
      return isModelMandate(mandate)
        ? evaluateReview(thinker, mandate, given.case)
        : abstained(`There is no mandate ${mandate}.`);
    }
  }
}
