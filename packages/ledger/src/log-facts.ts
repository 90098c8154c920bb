import type { Digest, EntryKind } from '@duovir/protocol';
import { ofKind, type Fact } from './fact.ts';

/** What was stated about the log as a whole: every run may rest on it. Grows in the order of the log. */
export class LogFacts {
  readonly #facts: Fact[] = [];
  readonly #byKind = new Map<EntryKind, Fact[]>();
  readonly #byDigest = new Map<Digest, Fact>();

  add(fact: Fact): void {
    const { kind } = fact.statement;
    this.#facts.push(fact);
    if (!this.#byDigest.has(fact.digest)) this.#byDigest.set(fact.digest, fact);
    const same = this.#byKind.get(kind);
    if (same) same.push(fact);
    else this.#byKind.set(kind, [fact]);
  }

  get facts(): readonly Fact[] {
    return this.#facts;
  }

  all<Kind extends EntryKind>(kind: Kind): readonly Fact<Kind>[] {
    return ofKind(this.#byKind.get(kind), kind);
  }

  named(digest: Digest): Fact | undefined {
    return this.#byDigest.get(digest);
  }
}
