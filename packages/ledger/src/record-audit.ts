import type { TimedSize } from './anchor-audit.ts';
import { AnchorTimes } from './anchor-time.ts';
import { Chain } from './chain.ts';
import { chainFindings } from './chain-rules.ts';
import { DigestSet } from './digest-set.ts';
import { enrolmentFindings } from './enrolment-rules.ts';
import { EntryAuditor } from './entry-audit.ts';
import { scopeOf } from './entry-scope.ts';
import { readTail } from './entry-tail.ts';
import { commitmentOf } from './evidence/blob-opening.ts';
import { isKind, type Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';
import { HeartbeatAudit } from './heartbeat-rules.ts';
import type { KeyRing } from './keys-file.ts';
import { LogFacts } from './log-facts.ts';
import { leafHash } from './merkle.ts';
import { permitUsesOf, type PermitUse } from './permit-uses.ts';
import { isDecided, restoreFindings } from './restore-rules.ts';
import type { Restored } from './restored-log.ts';
import { RunRecord } from './run-record.ts';
import { NO_RUN } from './run-state.ts';
import type { Share } from './share.ts';
import type { Term } from './trust-timeline.ts';

/** What an auditor found in its share, and what can only be judged together with the others. */
export interface RecordJudgement {
  readonly findings: readonly Finding[];
  readonly permits: readonly PermitUse[];
  /** Entries that shred what nothing of this share had named before. */
  readonly unknownShreds: readonly number[];
  readonly terms: readonly Term[];
  readonly restored: readonly Restored[];
}

export interface RecordScope {
  readonly keys: KeyRing;
  readonly share: Share;
  readonly origin: string;
  /** Entries below are here as far as later ones rest on them. */
  readonly first: number;
  /** When authorities outside saw the log, and how large it was. */
  readonly anchors: readonly TimedSize[];
}

/**
 * Judges what the entries of its share say, in the order of the log, one run after the other: a run is judged when it is
 * settled, and forgotten.
 */
export class RecordAuditor {
  readonly #scope: RecordScope;
  readonly #entries: EntryAuditor;
  readonly #log = new LogFacts();
  readonly #heartbeats: HeartbeatAudit;
  readonly #times: AnchorTimes;
  readonly #open = new Map<string, RunRecord>();
  readonly #settled = new Set<string>();
  readonly #commitments = new DigestSet();
  readonly #findings: Finding[] = [];
  readonly #permits: PermitUse[] = [];
  readonly #unknownShreds: number[] = [];

  constructor(scope: RecordScope) {
    this.#scope = scope;
    this.#entries = new EntryAuditor(scope.keys);
    this.#heartbeats = new HeartbeatAudit(scope.first);
    this.#times = new AnchorTimes(scope.anchors);
  }

  /** The leaf hash of an entry that is judged here; undefined if it is judged elsewhere. */
  read(index: number, bytes: Buffer): Buffer | undefined {
    const part = this.#scope.share.partOf(readTail(bytes), index);
    if (part === 'other') return undefined;
    const leaf = leafHash(bytes);
    const { statement, fact, findings } = this.#entries.read(index, bytes);
    if (part === 'own') this.#find(findings);
    if (statement && statement.run !== NO_RUN && this.#scope.share.hasRun(statement.run))
      this.#readRun(index, statement.run, leaf, fact);
    if (fact && scopeOf(fact.statement) !== 'run') this.#readLog(fact);
    if (part === 'known') return undefined;
    if (fact) this.#readOwn(fact);
    return leaf;
  }

  #readOwn({ index, statement }: Fact): void {
    const commitment = commitmentOf(statement);
    if (commitment) this.#commitments.add(commitment);
    const late = this.#times.judge(index, statement.time);
    if (late) this.#find([late]);
  }

  #readRun(index: number, run: string, leaf: Buffer, fact: Fact | undefined): void {
    if (this.#settled.has(run)) {
      this.#find([findingAt({ index }, 'after-settlement', `Something was said about ${run} after its last word.`)]);
      return;
    }
    const record = this.#open.get(run) ?? new RunRecord(run);
    this.#open.set(run, record);
    const isSettled = fact !== undefined && isKind(fact, 'settlement');
    if (isSettled) this.#find(record.sealFindings(fact));
    record.add(leaf, fact && scopeOf(fact.statement) === 'run' ? fact : undefined);
    if (!isSettled) return;
    this.#open.delete(run);
    this.#settled.add(run);
    this.#judge(new Chain(record.facts, this.#log));
  }

  #readLog(fact: Fact): void {
    const { first, share } = this.#scope;
    if (share.isFirst) this.#find(this.#heartbeats.read(fact));
    if (scopeOf(fact.statement) === 'passing') return;
    this.#log.add(fact);
    if (isKind(fact, 'log-start')) this.#heartbeats.started(fact, first);
    if (isKind(fact, 'blob-shred') && !this.#commitments.has(fact.statement.subject))
      this.#unknownShreds.push(fact.index);
  }

  #judge(chain: Chain): void {
    this.#find(chainFindings(chain));
    for (const use of permitUsesOf(chain)) this.#permits.push(use);
  }

  /** One by one: there may be more than a call takes arguments. */
  #find(findings: readonly Finding[]): void {
    for (const finding of findings) this.#findings.push(finding);
  }

  /** After the last entry: what was never settled is judged as it stands. */
  finish(): RecordJudgement {
    const { keys, share, origin } = this.#scope;
    for (const { facts } of this.#open.values()) this.#judge(new Chain(facts, this.#log));
    this.#open.clear();
    const log = new Chain(this.#log.facts, this.#log);
    if (share.isFirst) {
      this.#judge(log);
      this.#find(enrolmentFindings(log, keys));
      this.#find(restoreFindings(log, keys, origin));
    }
    return {
      findings: this.#findings,
      permits: this.#permits,
      unknownShreds: this.#unknownShreds,
      terms: this.#entries.terms,
      restored: log
        .all('log-restore')
        .filter((restore) => isDecided(restore, keys, origin))
        .map(({ index, statement: { predicate } }) => ({ entry: index, ...predicate })),
    };
  }
}
