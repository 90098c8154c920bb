import type { Digest, EntryKind } from '@duovir/protocol';
import { isKind, type Fact } from './fact.ts';

/** All facts of a log, findable by what the semantic rules ask for. */
export class Chain {
  readonly #byDigest: ReadonlyMap<Digest, Fact>;
  readonly #byKind: ReadonlyMap<string, readonly Fact[]>;
  readonly #byRun: ReadonlyMap<string, readonly Fact[]>;
  readonly #bySubject: ReadonlyMap<string, readonly Fact[]>;
  readonly #byCall: ReadonlyMap<string, readonly Fact[]>;

  constructor(facts: readonly Fact[]) {
    this.#byDigest = new Map(facts.map((fact) => [fact.digest, fact]));
    this.#byKind = Map.groupBy(facts, ({ statement }) => statement.kind);
    this.#byRun = Map.groupBy(facts, ({ statement: { kind, run } }) => `${kind} ${run}`);
    this.#bySubject = Map.groupBy(facts, ({ statement: { kind, run, subject } }) => `${kind} ${run} ${subject}`);
    this.#byCall = Map.groupBy(facts, ({ statement: { kind, run, predicate } }) =>
      'call' in predicate ? `${kind} ${run} ${predicate.call}` : '',
    );
  }

  all<Kind extends EntryKind>(kind: Kind): Fact<Kind>[] {
    return ofKind(this.#byKind.get(kind), kind);
  }

  /** The entry that a digest names, if it has that kind. */
  named<Kind extends EntryKind>(digest: Digest, kind: Kind): Fact<Kind> | undefined {
    const fact = this.#byDigest.get(digest);
    return fact && isKind(fact, kind) ? fact : undefined;
  }

  /** What was stated in one run, in order. */
  inRun<Kind extends EntryKind>(kind: Kind, run: string): Fact<Kind>[] {
    return ofKind(this.#byRun.get(`${kind} ${run}`), kind);
  }

  /** What was stated in one run about one subject, in order. */
  about<Kind extends EntryKind>(kind: Kind, run: string, subject: Digest): Fact<Kind>[] {
    return ofKind(this.#bySubject.get(`${kind} ${run} ${subject}`), kind);
  }

  permit(run: string, id: string): Fact<'permit'> | undefined {
    return this.inRun('permit', run).find(({ statement }) => statement.predicate.permit === id);
  }

  /** What was stated in one run about one call to a model, in order. */
  inCall<Kind extends 'egress' | 'egress-end'>(kind: Kind, run: string, call: string): Fact<Kind>[] {
    return ofKind(this.#byCall.get(`${kind} ${run} ${call}`), kind);
  }
}

function ofKind<Kind extends EntryKind>(facts: readonly Fact[] | undefined, kind: Kind): Fact<Kind>[] {
  return (facts ?? []).filter((fact) => isKind(fact, kind));
}
