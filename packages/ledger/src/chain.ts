import type { Digest, EntryKind } from '@duovir/protocol';
import { isKind, type Fact } from './fact.ts';

/** All facts of a log, findable by what the semantic rules ask for. */
export class Chain {
  readonly #facts: readonly Fact[];
  readonly #byDigest: ReadonlyMap<Digest, Fact>;
  readonly #bySubject = new Map<string, Fact[]>();

  constructor(facts: readonly Fact[]) {
    this.#facts = facts;
    this.#byDigest = new Map(facts.map((fact) => [fact.digest, fact]));
    for (const fact of facts) {
      const { run, kind, subject } = fact.statement;
      const name = `${run} ${kind} ${subject}`;
      const others = this.#bySubject.get(name);
      if (others) others.push(fact);
      else this.#bySubject.set(name, [fact]);
    }
  }

  all<Kind extends EntryKind>(kind: Kind): Fact<Kind>[] {
    return this.#facts.filter((fact) => isKind(fact, kind));
  }

  /** The entry that a digest names, if it has that kind. */
  named<Kind extends EntryKind>(digest: Digest, kind: Kind): Fact<Kind> | undefined {
    const fact = this.#byDigest.get(digest);
    return fact && isKind(fact, kind) ? fact : undefined;
  }

  /** What was stated in one run about one subject, in order. */
  about<Kind extends EntryKind>(kind: Kind, run: string, subject: Digest): Fact<Kind>[] {
    const facts = this.#bySubject.get(`${run} ${kind} ${subject}`) ?? [];
    return facts.filter((fact) => isKind(fact, kind));
  }
}
