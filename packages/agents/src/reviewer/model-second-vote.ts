import { reaches } from '@duovir/policy';
import type { Debate, FindingDetail, ReviewRequest } from '@duovir/protocol';
import { withoutAuthor } from '../brain/anonymous-findings.ts';
import { flatText } from '../brain/flat-text.ts';
import { motionParts } from '../brain/motion-parts.ts';
import { isNameable } from '../brain/nameable.ts';
import { promptNamed } from '../brain/prompt.ts';
import type { Part, Thinker } from '../brain/thinker.ts';
import { withoutAnswer } from './abstention.ts';
import type { Judgement, Reasoned } from './judgement.ts';
import { promptOfMandate, type ModelMandate } from './mandate.ts';
import { secondAnswerSchema } from './model-answer.ts';
import { secondVote, silent } from './second-vote.ts';
import { weigh } from './weigh.ts';

/**
 * Asks a model once more, after findings, answers and checks. It changes its verdict by naming what changed it, or not at
 * all; and a grave finding is given up only for what concerns it.
 */
export async function voteAgainWithModel(
  thinker: Thinker,
  mandate: ModelMandate,
  { run, motion, plan, evidence }: ReviewRequest,
  { debate, first }: { readonly debate: Debate; readonly first: Reasoned },
): Promise<Reasoned> {
  const thought = await thinker.think({
    run,
    purpose: 'review',
    motion,
    prompt: promptNamed('second-vote'),
    parts: [
      { label: 'mandate', text: promptNamed(promptOfMandate(mandate)).mandate },
      ...motionParts(plan, evidence),
      ...debateParts(debate, first),
    ],
    answer: secondAnswerSchema,
  });
  const { provenance } = thought;
  if (thought.kind === 'none') return silent(first.verdict, withoutAnswer(thought), provenance);
  const again = weigh(thought.value, { plan, evidence }, mandate);
  const because = existing(thought.value.because, debate);
  const isExplained = graveOf(first).every((finding) => holds(again, finding) || concerns(because, finding, debate));
  return secondVote(first, again, isExplained ? because : [], provenance);
}

/** Findings without rules: the name of a rule tells whose it is, and a name is argued with instead of a claim. */
function debateParts({ findings, answers, checks }: Debate, { verdict, detail }: Judgement): Part[] {
  return [
    { label: 'your-first-vote', text: flatText({ verdict, ...detail }) },
    { label: 'findings', text: flatText(findings.map(withoutAuthor)) },
    { label: 'answers', text: flatText(answers) },
    { label: 'results', text: flatText(checks) },
  ];
}

function graveOf({ detail }: Judgement): FindingDetail[] {
  return detail.findings.filter((finding) => reaches([finding], 'high'));
}

function holds({ detail }: Judgement, given: FindingDetail): boolean {
  return detail.findings.some((finding) => isSame(finding, given));
}

/** Whether a cause is about this finding: it itself as the debate knows it, its test, or what answers it. */
function concerns(because: readonly string[], given: FindingDetail, { findings, answers, checks }: Debate): boolean {
  const id = findings.find((finding) => isSame(finding, given))?.id;
  const answered = answers.flatMap(({ finding, evidence }) => (finding === id ? evidence : []));
  const tested = checks.flatMap((check) => (check.finding === id ? [check.id] : []));
  return because.some((cause) => cause === id || answered.includes(cause) || tested.includes(cause));
}

function isSame(left: FindingDetail, right: FindingDetail): boolean {
  return left.rule === right.rule && left.step === right.step;
}

/** Only what has been shown can have changed anything. */
function existing(because: readonly string[], { findings, answers, checks }: Debate): string[] {
  const shown = new Set([
    ...findings.map(({ id }) => id),
    ...answers.flatMap(({ evidence }) => evidence),
    ...checks.map(({ id }) => id),
  ]);
  return [...new Set(because)].filter((cause) => shown.has(cause) && isNameable(cause));
}
