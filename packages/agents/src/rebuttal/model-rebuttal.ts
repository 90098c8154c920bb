import { atPointer } from '@duovir/policy';
import type { DebatedFinding, Rebuttal, RebuttalRequest } from '@duovir/protocol';
import { flatText } from '../brain/flat-text.ts';
import { evidenceIds, motionParts } from '../brain/motion-parts.ts';
import { withoutAuthor } from '../brain/anonymous-findings.ts';
import { promptNamed } from '../brain/prompt.ts';
import { inVain, type Provenance } from '../brain/provenance.ts';
import type { Thinker } from '../brain/thinker.ts';
import { isNameable } from '../brain/nameable.ts';
import { rebuttalAnswersSchema, type RebuttalAnswers } from './rebuttal-answer.ts';
import { leftToPerson } from './refutation.ts';

export interface ModelRebuttal {
  readonly answers: readonly Rebuttal[];
  readonly provenance: Provenance;
}

/** Asks a model what to say to the findings. Without its answer a person is asked, about each of them. */
export async function rebutWithModel(
  thinker: Thinker,
  request: RebuttalRequest,
  findings: readonly DebatedFinding[],
  mayRevise: boolean,
): Promise<ModelRebuttal> {
  const { run, motion, plan, evidence } = request;
  const thought = await thinker.think({
    run,
    purpose: 'rebut',
    motion,
    prompt: promptNamed('rebutter'),
    parts: [
      ...motionParts(plan, evidence),
      { label: 'findings', text: flatText(findings.map(withoutAuthor)) },
      { label: 'may-revise', text: mayRevise ? 'yes' : 'no' },
    ],
    answer: rebuttalAnswersSchema(findings.map(({ id }) => id)),
  });
  if (thought.kind === 'none') {
    const why = `The model has no answer (${thought.reason}).`;
    return { answers: findings.map(({ id }) => leftToPerson(id, why)), provenance: inVain(thought.provenance) };
  }
  const answers = thought.value.answers.map((answer) => weighed(answer, request, mayRevise));
  return { answers, provenance: thought.provenance };
}

/** A refutation that shows nothing is none, and nobody can mend who has no other plan. */
function weighed(
  { finding, kind, claim, evidence: cited }: RebuttalAnswers['answers'][number],
  { plan, evidence: shown }: RebuttalRequest,
  mayRevise: boolean,
): Rebuttal {
  const known = evidenceIds(shown);
  const exists = (at: string): boolean => isNameable(at) && (known.has(at) || atPointer(plan, at) !== undefined);
  const evidence = [...new Set(cited)].filter(exists);
  if (kind === 'refute' && evidence.length === 0)
    return leftToPerson(finding, `It is refuted without anything that shows it: ${claim}`);
  if (kind === 'fix' && !mayRevise) return leftToPerson(finding, `There is no other plan: ${claim}`);
  return { finding, kind, claim, evidence };
}
