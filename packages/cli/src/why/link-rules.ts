import {
  executionDigest,
  type Digest,
  type EntryKind,
  type Statement,
  type WhyLink,
  type WhyLinkKind,
} from '@duovir/protocol';
import type { Judging } from './check-answer.ts';
import type { ProvenEntry } from './proven-entries.ts';

/** Links whose entry is of another kind than their own name. */
const kinds: Partial<Record<WhyLinkKind, readonly EntryKind[]>> = {
  setting: ['attestation'],
  confirmation: ['attestation'],
  failure: ['receipt', 'attestation'],
  undo: ['receipt', 'permit'],
  alternative: ['motion'],
};

/** Why a proven entry is not the link that it is named for; undefined when it is. */
export function linkProblem(link: WhyLink, entry: ProvenEntry, judging: Judging): string | undefined {
  const { statement } = entry;
  const wanted: readonly string[] = kinds[link.kind] ?? [link.kind];
  if (!wanted.includes(statement.kind)) return `the entry is a ${statement.kind}`;
  if (statement.run !== judging.answer.run) return 'the entry belongs to another run';
  if (entry.principal !== link.principal || statement.time !== link.time)
    return 'somebody else said it, or at another time';
  return meaningProblem(link, entry, judging);
}

function meaningProblem(link: WhyLink, entry: ProvenEntry, judging: Judging): string | undefined {
  switch (link.kind) {
    case 'setting':
    case 'attestation':
      return attestationProblem(entry, judging);
    case 'receipt':
      return receiptProblem(entry, judging);
    case 'permit':
      return permitProblem(link, entry, judging);
    case 'verdict':
      return verdictProblem(link, entry, judging);
    case 'opinion':
    case 'approval':
      return voiceProblem(link, entry, judging);
    case 'checks':
    case 'finding-check':
    case 'rebuttal':
    case 'plan':
      return isAbout(subjectOf(link, judging), entry) ? undefined : 'it is about another motion';
    case 'motion':
      return motionProblem(link, entry, judging);
    case 'diagnosis':
      return diagnosisProblem(link, entry, judging);
    case 'undo':
      return undoProblem(entry, judging);
    default:
      // A fact about the same run, which says nothing about another entry.
      return undefined;
  }
}

function is<Kind extends EntryKind>(statement: Statement, kind: Kind): statement is Statement<Kind> {
  return statement.kind === kind;
}

function isAbout(subject: Digest | undefined, { statement }: ProvenEntry): boolean {
  return subject !== undefined && statement.subject === subject;
}

/** What the link above is about: a motion, or a verdict on one. */
function subjectOf({ of }: WhyLink, { proven }: Judging): Digest | undefined {
  return of === null ? undefined : proven[of]?.statement.subject;
}

function attestationProblem({ statement, index }: ProvenEntry, { answer }: Judging): string | undefined {
  if (!is(statement, 'attestation')) return 'it is no attestation';
  const { about, step, outcome } = statement.predicate;
  const isSame = about === 'step' && step === answer.step && outcome === 'succeeded' && index === answer.entry;
  return isSame && statement.subject === answer.motion ? undefined : 'it attests something else';
}

function receiptProblem({ statement, index }: ProvenEntry, { answer, plan }: Judging): string | undefined {
  if (!is(statement, 'receipt')) return 'it is no receipt';
  const { step, purpose, outcome } = statement.predicate;
  if (step !== answer.step || purpose !== 'apply' || outcome !== 'succeeded' || index > answer.entry)
    return 'it is the receipt of something else';
  return isExact(statement.subject, answer.step, plan) ? undefined : 'other bytes were executed than the plan has';
}

function permitProblem(link: WhyLink, { statement, index }: ProvenEntry, judging: Judging): string | undefined {
  const receipt = link.of === null ? undefined : judging.proven[link.of]?.statement;
  if (!is(statement, 'permit') || !receipt || !is(receipt, 'receipt')) return 'it is no permit for a receipt';
  if (statement.predicate.permit !== receipt.predicate.permit || statement.subject !== receipt.subject)
    return 'it permits something else';
  if (statement.predicate.motion !== judging.answer.motion || index > judging.answer.entry)
    return 'it rests on another motion';
  return isExact(statement.subject, judging.answer.step, judging.plan) ? undefined : 'it permits other bytes';
}

/** Without the plan, which may have been shredded, there are only digests: those of permit and receipt are the same. */
function isExact(subject: Digest, step: string, plan: Judging['plan']): boolean {
  return plan === undefined || executionDigest(plan, step, 'apply') === subject;
}

function verdictProblem(
  link: WhyLink,
  { statement, digest }: ProvenEntry,
  { answer, proven }: Judging,
): string | undefined {
  if (!is(statement, 'verdict')) return 'it is no verdict';
  const above = link.of === null ? undefined : proven[link.of]?.statement;
  if (!above) return 'nothing rests on it';
  if (is(above, 'permit')) {
    if (above.predicate.verdict !== digest || statement.subject !== answer.motion)
      return 'the permit rests on another verdict';
    return statement.predicate.verdict === 'carried' ? undefined : 'the motion was not carried';
  }
  return statement.subject === above.subject ? undefined : 'it is about another motion';
}

/** What was counted is named by the verdict; what was not, as a first vote that a second one replaced, is about the same motion. */
function voiceProblem(link: WhyLink, entry: ProvenEntry, judging: Judging): string | undefined {
  if (!isAbout(subjectOf(link, judging), entry)) return 'it is about another motion';
  const { statement } = entry;
  const isAgainst = (is(statement, 'opinion') || is(statement, 'approval')) && statement.predicate.verdict === 'reject';
  return link.mark === 'dissent' && !isAgainst ? 'it is no dissent' : undefined;
}

function motionProblem(link: WhyLink, entry: ProvenEntry, { proven, answer }: Judging): string | undefined {
  const above = link.of === null ? undefined : proven[link.of]?.statement;
  const { subject } = entry.statement;
  if (above && is(above, 'verdict')) return above.subject === subject ? undefined : 'the verdict is on another motion';
  // Below the plan that changed it; which one that was, the changing motion says itself where it does.
  const changing = proven.find(
    (other) => other && is(other.statement, 'motion') && other.statement.subject === above?.subject,
  );
  const previous = changing && is(changing.statement, 'motion') ? changing.statement.predicate.previous : null;
  if (previous !== null) return previous === subject ? undefined : 'another plan was changed';
  return above === undefined && subject !== answer.motion ? 'it is another motion' : undefined;
}

function diagnosisProblem(
  link: WhyLink,
  { statement, index }: ProvenEntry,
  { answer, proven }: Judging,
): string | undefined {
  const place = proven.findIndex((entry) => entry?.index === index);
  const failure = answer.chain.findIndex(({ kind, of }) => kind === 'failure' && of === place);
  const digest = proven[failure]?.digest;
  if (link.of === null) return 'nothing rests on it';
  return digest === undefined || digest === statement.subject ? undefined : 'it explains another failure';
}

function undoProblem({ statement, index }: ProvenEntry, { answer }: Judging): string | undefined {
  if (index !== answer.undone) return 'it is another entry than the answer says';
  if (is(statement, 'permit')) return undefined;
  if (!is(statement, 'receipt')) return 'it undoes nothing';
  const { step, purpose, outcome } = statement.predicate;
  return step === answer.step && purpose === 'compensate' && outcome === 'succeeded'
    ? undefined
    : 'it undoes nothing of it';
}
