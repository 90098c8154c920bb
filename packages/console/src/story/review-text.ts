import type { FindingDetail, RunEvent } from '@duovir/protocol';
import { quorumText } from '../approval/quorum-text.ts';
import type { EventText, Tone } from './event-text.ts';

const opinionTones = { approve: 'good', reject: 'bad', abstain: 'warn' } as const satisfies Record<string, Tone>;
const verbs = { approve: 'approves', reject: 'rejects', abstain: 'abstains' } as const;
const verdictTones = { carried: 'good', rejected: 'bad', referred: 'warn' } as const satisfies Record<string, Tone>;

/** What checkers, reviewers and people decided. */
export function reviewText(event: RunEvent): EventText | undefined {
  switch (event.type) {
    case 'motion-freeze': {
      const { motionKind, riskClass, envelope, motion, reasons } = event.body;
      const inside = envelope === null ? '' : ` inside the envelope ${envelope}`;
      return {
        text: `Risk class ${riskClass} for the ${motionKind}${inside}`,
        tone: riskClass === 'R0' || riskClass === 'R1' ? 'quiet' : 'warn',
        details: [...reasons, `motion ${motion}`],
      };
    }
    case 'checks-end':
      return {
        text: event.body.passed ? 'The checkers let it pass' : 'The checkers deny it',
        tone: event.body.passed ? 'good' : 'bad',
        details: event.body.findings.map(findingText),
      };
    case 'opinion-reveal': {
      const { reviewer, verdict, rationale, findings, changedFrom, because } = event.body;
      return {
        text: `${reviewer} ${verdictText({ verdict, changedFrom, because })}`,
        tone: opinionTones[verdict],
        details: [rationale, ...findings.map(findingText)],
      };
    }
    case 'verdict-reach':
      return {
        text: `The ${event.body.motionKind} is ${event.body.verdict}`,
        tone: verdictTones[event.body.verdict],
        details: [event.body.explanation],
      };
    case 'approval-wait':
      return {
        text: `Waits for ${quorumText(event.body)}`,
        tone: 'warn',
        details: [event.body.reason],
      };
    case 'approval-give':
      return { text: `${event.body.person} ${verbs[event.body.verdict]}`, tone: opinionTones[event.body.verdict] };
    default:
      return undefined;
  }
}

type Verdict = keyof typeof verbs;

/** What somebody says now, and what changed it. Without a cause the first word stands. */
export function verdictText({
  verdict,
  changedFrom,
  because,
}: {
  readonly verdict: Verdict;
  readonly changedFrom: Verdict | null;
  readonly because: readonly string[];
}): string {
  if (changedFrom === null) return verbs[verdict];
  const cause = because.length === 0 ? 'names no cause: the first word stands' : `because of ${because.join(', ')}`;
  return `changes from ${changedFrom} to ${verdict}, ${cause}`;
}

function findingText({ severity, step, claim }: FindingDetail): string {
  return `${severity}${step === null ? '' : ` in ${step}`}: ${claim}`;
}
