import type { Digest, Predicate, RiskClass, Severity } from '@duovir/protocol';
import { tell } from './by-kind.ts';
import { isPacked, type PackedEntry } from './packed-entry.ts';

/** Something that was said, by whom, and where in the log. */
export interface Said {
  readonly entry: number;
  readonly by: string;
}
type Voice = Said & { readonly verdict: string };

/** What the ledger says about one run, as far as reports tell it. Grows until the run is settled. */
export interface RunStory {
  readonly run: string;
  isInPeriod: boolean;
  request?: Said & { readonly time: string; readonly digest: Digest };
  settlement?: Said &
    Pick<Predicate<'settlement'>, 'outcome' | 'reason' | 'tokens' | 'microUsd' | 'heals'> & {
      readonly time: string;
      /** In force when it was settled. */
      readonly trustPolicy: Digest | undefined;
    };
  riskClass?: RiskClass;
  highestFinding?: Severity;
  readonly plans: Said[];
  readonly checks: (Said & { readonly passed: boolean })[];
  readonly opinions: Voice[];
  readonly approvals: Voice[];
  readonly verdicts: Voice[];
  readonly permits: Said[];
  readonly receipts: (Said & { readonly purpose: string; readonly outcome: string })[];
  readonly tests: (Said & { readonly about: string; readonly outcome: string })[];
  readonly diagnoses: Said[];
}

const SEVERITIES: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

/** Tells the story of each run that is under way, and forgets it once it is settled: memory stays flat. */
export class RunStories {
  readonly #open = new Map<string, RunStory>();

  get open(): readonly RunStory[] {
    return [...this.#open.values()];
  }

  /** The story that this entry ends, if it ends one. */
  read(entry: PackedEntry): RunStory | undefined {
    const { run } = entry.statement;
    if (run === 'duovir') return undefined;
    const story = this.#open.get(run) ?? newStory(run);
    this.#open.set(run, story);
    story.isInPeriod ||= entry.isInPeriod;
    addTo(story, entry);
    if (!isPacked(entry, 'settlement')) return undefined;
    this.#open.delete(run);
    return story;
  }
}

function newStory(run: string): RunStory {
  return {
    run,
    isInPeriod: false,
    plans: [],
    checks: [],
    opinions: [],
    approvals: [],
    verdicts: [],
    permits: [],
    receipts: [],
    tests: [],
    diagnoses: [],
  };
}

function addTo(story: RunStory, entry: PackedEntry): void {
  const said: Said = { entry: entry.index, by: entry.principal };
  const { time, subject } = entry.statement;
  tell<void>(entry, {
    request: ({ requester }) => {
      story.request = { ...said, by: requester, time, digest: subject };
    },
    plan: () => void story.plans.push(said),
    motion: ({ riskClass }) => {
      if (story.riskClass === undefined || riskClass > story.riskClass) story.riskClass = riskClass;
    },
    checks: ({ passed, findings }) => {
      story.checks.push({ ...said, passed });
      weigh(story, findings);
    },
    opinion: ({ verdict, findings }) => {
      story.opinions.push({ ...said, verdict });
      weigh(story, findings);
    },
    approval: ({ verdict }) => void story.approvals.push({ ...said, verdict }),
    verdict: ({ verdict }) => void story.verdicts.push({ ...said, verdict }),
    permit: () => void story.permits.push(said),
    receipt: ({ purpose, outcome }) => void story.receipts.push({ ...said, purpose, outcome }),
    attestation: ({ about, outcome }) => void story.tests.push({ ...said, about, outcome }),
    diagnosis: () => void story.diagnoses.push(said),
    settlement: ({ outcome, reason, tokens, microUsd, heals }) => {
      const { trustPolicy } = entry;
      story.settlement = { ...said, time, outcome, reason, tokens, microUsd, heals, trustPolicy };
    },
  });
}

function weigh(story: RunStory, findings: readonly { readonly severity: Severity }[]): void {
  for (const { severity } of findings)
    if (!story.highestFinding || SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(story.highestFinding))
      story.highestFinding = severity;
}
