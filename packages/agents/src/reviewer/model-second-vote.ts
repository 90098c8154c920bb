import type { Debate, ReviewRequest } from '@duovir/protocol';
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

/** Asks a model once more, after findings, answers and checks. It changes its verdict by naming what changed it, or not at all. */
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
  return secondVote(first, again, existing(thought.value.because, debate), provenance);
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

/** Only what has been shown can have changed anything. */
function existing(because: readonly string[], { findings, answers, checks }: Debate): string[] {
  const shown = new Set([
    ...findings.map(({ id }) => id),
    ...answers.flatMap(({ evidence }) => evidence),
    ...checks.map(({ id }) => id),
  ]);
  return [...new Set(because)].filter((cause) => shown.has(cause) && isNameable(cause));
}
