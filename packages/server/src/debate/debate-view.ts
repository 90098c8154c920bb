import { digestSchema, type CheckedFinding, type DebateView, type Rebuttal } from '@duovir/protocol';
import type { Api } from '../api/ports.ts';
import { runEntries } from '../api/run-entries.ts';
import type { ReadEntry } from '../api/run-entries.ts';
import type { MotionRecord } from '../store/motions.ts';
import { Story } from '../why/story.ts';
import { verdictsOf, type Parties } from './verdicts.ts';
import { votesOf } from './votes.ts';

type Sources = Pick<Api, 'log' | 'events' | 'documents' | 'runs' | 'trust'>;

const kindsOfDebate = [
  'request',
  'plan',
  'motion',
  'opinion',
  'rebuttal',
  'finding-check',
  'approval',
  'verdict',
] as const;

/** How a motion came to its verdict: signed entries of the ledger, with the words that they commit to. */
export async function debateOf(sources: Sources, { digest, run }: MotionRecord): Promise<DebateView> {
  const motion = digestSchema.parse(digest);
  const [entries, events, { request }] = await Promise.all([
    runEntries(sources.log, run, kindsOfDebate),
    sources.events.ofRun(run),
    sources.runs.accepted(run),
  ]);
  const about = ({ statement }: ReadEntry): boolean => statement.subject === motion;
  const story = new Story(entries, events);
  const parties: Parties = {
    proposer: story.last('plan', about)?.principal ?? '',
    requester: story.all('request')[0]?.statement.predicate.requester ?? '',
    // The plan has the same, and may be shredded.
    dataClass: request.dataClass,
  };
  return {
    motion,
    run,
    votes: await votesOf(sources, story.all('opinion', about), story.last('motion', about)?.index ?? 0),
    findings: findingsOf(story, about),
    approvals: story.all('approval', about).map(({ index, principal, statement: { time, predicate } }) => ({
      person: principal,
      verdict: predicate.verdict,
      entry: index,
      time,
    })),
    verdicts: verdictsOf(sources.trust, story, story.all('verdict', about), parties),
  };
}

/** What was talked about, without names: each finding with the proposer's last answer to it and what its test came to. */
function findingsOf(story: Story, about: (entry: ReadEntry) => boolean): DebateView['findings'] {
  const rebuttals = story.all('rebuttal', about).flatMap((entry) => story.eventOf(entry, 'rebuttal-give')?.body ?? []);
  const answers = new Map<string, Rebuttal>(
    rebuttals.flatMap((body) => body.answers.map((answer) => [answer.finding, answer])),
  );
  const checks = new Map<string, CheckedFinding>(
    story
      .all('finding-check', about)
      .flatMap((entry) => story.eventOf(entry, 'finding-check')?.body.check ?? [])
      .map((check) => [check.finding, check]),
  );
  const findings = new Map(rebuttals.flatMap((body) => body.findings.map((finding) => [finding.id, finding])));
  return [...findings.values()].map(({ id, rule, severity, step, claim }) => ({
    id,
    rule,
    severity,
    step,
    claim,
    answer: answers.get(id) ?? null,
    check: checks.get(id) ?? null,
  }));
}
