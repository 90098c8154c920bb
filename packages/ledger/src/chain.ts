import type { Digest, EntryKind } from '@duovir/protocol';
import { isKind, ofKind, type Fact } from './fact.ts';
import { LogFacts } from './log-facts.ts';

/**
 * What was stated in one run, findable by what the semantic rules ask for, and behind it what was stated about the log as a
 * whole. No rule about a run looks at another run, and none at what was stated about the log after the entry it judges.
 */
export class Chain {
  readonly #facts: readonly Fact[];
  readonly #log: LogFacts;
  readonly #byDigest: ReadonlyMap<Digest, Fact>;
  readonly #byKind: ReadonlyMap<EntryKind, readonly Fact[]>;
  #bySubject: ReadonlyMap<string, readonly Fact[]> | undefined;
  #byCall: ReadonlyMap<string, readonly Fact[]> | undefined;
  #permits: ReadonlyMap<string, Fact<'permit'>> | undefined;

  constructor(facts: readonly Fact[], log: LogFacts = new LogFacts()) {
    this.#facts = facts;
    this.#log = log;
    // The first of those that are the same bytes: it had been said from there on.
    this.#byDigest = new Map(facts.toReversed().map((fact) => [fact.digest, fact]));
    this.#byKind = Map.groupBy(facts, ({ statement }) => statement.kind);
  }

  /** What is judged. */
  all<Kind extends EntryKind>(kind: Kind): Fact<Kind>[] {
    return ofKind(this.#byKind.get(kind), kind);
  }

  /** What was stated about the log as a whole, in order. */
  ofLog<Kind extends EntryKind>(kind: Kind): readonly Fact<Kind>[] {
    return this.#log.all(kind);
  }

  /** The entry that a digest names, if it has that kind. */
  named<Kind extends EntryKind>(digest: Digest, kind: Kind): Fact<Kind> | undefined {
    const fact = this.#byDigest.get(digest) ?? this.#log.named(digest);
    return fact && isKind(fact, kind) ? fact : undefined;
  }

  /** What was stated in one run, in order. */
  inRun<Kind extends EntryKind>(kind: Kind, run: string): Fact<Kind>[] {
    return this.all(kind).filter(({ statement }) => statement.run === run);
  }

  /** What was stated in one run about one subject, in order. */
  about<Kind extends EntryKind>(kind: Kind, run: string, subject: Digest): Fact<Kind>[] {
    this.#bySubject ??= Map.groupBy(this.#facts, ({ statement }) => subjectKey(statement));
    return ofKind(this.#bySubject.get(subjectKey({ kind, run, subject })), kind);
  }

  permit(run: string, id: string): Fact<'permit'> | undefined {
    this.#permits ??= new Map(
      this.all('permit')
        .map((permit) => [permitKey(permit), permit] as const)
        .toReversed(),
    );
    return this.#permits.get(`${run} ${id}`);
  }

  /** What was stated in one run about one call to a model, in order. */
  inCall<Kind extends 'egress' | 'egress-end'>(kind: Kind, run: string, call: string): Fact<Kind>[] {
    this.#byCall ??= Map.groupBy(
      [...this.all('egress'), ...this.all('egress-end')],
      ({ statement }) => `${statement.kind} ${statement.run} ${statement.predicate.call}`,
    );
    return ofKind(this.#byCall.get(`${kind} ${run} ${call}`), kind);
  }
}

const subjectKey = ({ kind, run, subject }: { kind: EntryKind; run: string; subject: Digest }): string =>
  `${kind} ${run} ${subject}`;

const permitKey = ({ statement }: Fact<'permit'>): string => `${statement.run} ${statement.predicate.permit}`;
