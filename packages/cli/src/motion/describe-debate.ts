import type { DebateView, MotionView } from '@duovir/protocol';
import { line, marks, span, type Line, type Span } from '../progress/line.ts';
import { answerWords, checkWords } from '../progress/narrate-debate.ts';
import type { Style } from '../terminal/terminal.ts';

type Vote = DebateView['votes'][number];

const voteMarks: Record<Vote['verdict'], Span> = { approve: marks.good, reject: marks.bad, abstain: marks.warn };
const verdictStyles: Record<DebateView['verdicts'][number]['verdict'], Style> = {
  carried: 'good',
  rejected: 'bad',
  referred: 'warn',
};
const WORDS = 4;

/** The whole debate on one motion, in the order in which it happened: what was found, answered, tested, and who changed their mind. */
export function describeDebate(motion: MotionView, debate: DebateView): Line[] {
  const [blind, second] = [votesIn(debate, 'blind'), votesIn(debate, 'second')];
  return [
    line(0, span(motion.digest, 'strong')),
    line(0, span(`${motion.kind} of ${motion.run}, revision ${motion.revision}`), span(motion.riskClass, 'warn')),
    ...motion.reasons.map((reason) => line(1, span(reason, 'quiet'))),
    ...section('Blind vote', 'nobody knew what others thought', blind),
    ...section('What was found', 'without names, one of a kind', debate.findings.flatMap(describeFinding)),
    ...section('Second vote', 'a changed verdict counts only with its cause', second),
    ...section('People', '', debate.approvals.map(describeApproval)),
    ...section('Verdict', 'by rule', debate.verdicts.flatMap(describeVerdict)),
    line(0, span('Reasons are as stated; they prove nothing about what went on inside a model.', 'quiet')),
  ];
}

function section(title: string, note: string, lines: readonly Line[]): Line[] {
  if (lines.length === 0) return [];
  return [line(0, marks.stage, span(title, 'strong'), span(note, 'quiet')), ...lines];
}

function votesIn({ votes }: DebateView, phase: Vote['phase']): Line[] {
  return votes.filter((vote) => vote.phase === phase).flatMap(describeVote);
}

function describeVote(vote: Vote): Line[] {
  const { verdict, changedFrom, because, stands } = vote;
  const changed =
    changedFrom === null ? [] : [span(`before: ${changedFrom}, changed by ${because.join(', ')}`, 'accent')];
  const standing = stands ? [] : [standingText(vote)];
  return [
    {
      ...line(1, voteMarks[verdict], span(vote.reviewer, 'strong'), span(verdict), ...changed, ...standing),
      body: { ...span(vote.rationale, 'quiet'), lines: WORDS },
    },
    line(2, span(`${vote.mandate} · ${vote.brain} · group ${vote.group} · entry #${vote.entry}`, 'quiet')),
    line(2, span(`was shown ${vote.shown}`, 'quiet')),
  ];
}

function standingText({ phase }: Vote): Span {
  return phase === 'blind' ? span('replaced by the second vote', 'quiet') : span('does not count: no cause', 'warn');
}

function describeFinding({ id, rule, severity, step, claim, answer, check }: DebateView['findings'][number]): Line[] {
  const where = step === null ? [] : [span(step)];
  return [
    {
      ...line(1, span(id, 'accent'), span(severity, 'warn'), span(rule), ...where),
      body: { ...span(claim), lines: WORDS },
    },
    ...(answer === null
      ? []
      : [
          {
            ...line(2, span(`its proposer ${answerWords[answer.kind]}`)),
            body: { ...span([answer.claim, ...answer.evidence].join(' '), 'quiet'), lines: WORDS },
          },
        ]),
    ...(check === null
      ? []
      : [
          {
            ...line(2, span(check.id, 'accent'), span(checkWords[check.outcome])),
            body: { ...span(check.summary, 'quiet'), lines: WORDS },
          },
        ]),
  ];
}

function describeApproval({ person, verdict, entry, time }: DebateView['approvals'][number]): Line {
  const mark = verdict === 'approve' ? marks.good : marks.bad;
  return line(1, mark, span(person, 'strong'), span(`${verdict}s`), span(`${time} · entry #${entry}`, 'quiet'));
}

function describeVerdict(reached: DebateView['verdicts'][number]): Line[] {
  return [
    {
      ...line(1, span(reached.verdict, verdictStyles[reached.verdict]), span(reached.reason, 'quiet')),
      body: { ...span(reached.explanation), lines: WORDS },
    },
    ...reached.rule.map(({ what, needed, counted }) =>
      line(2, counted >= needed ? marks.good : marks.bad, span(`${what}: ${counted} of ${needed}`)),
    ),
    line(2, span(`${reached.time} · entry #${reached.entry} · trust policy ${reached.trustPolicy}`, 'quiet')),
  ];
}
