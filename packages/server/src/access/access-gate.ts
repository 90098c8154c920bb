import {
  authorise,
  type AccessDecision,
  type AccessQuestion,
  type PersonFacts,
  type RunFacts,
} from '@duovir/policy/access';
import type { ClockPort, TrustPort } from '@duovir/engine';
import type { AccessAction, AcceptedRequest, Digest } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import type { EventFeed } from '../feed/event-feed.ts';
import type { Database } from '../store/database.ts';
import type { Caller } from './caller.ts';
import { ReadDecisions } from './read-decisions.ts';
import { Reader } from './reader.ts';
import { runAttributes, type RunAttributes } from './run-attributes.ts';

export interface GateParts {
  readonly database: Database;
  readonly trust: TrustPort;
  readonly clock: ClockPort;
  readonly feed: EventFeed;
}

/** Everything people do through the API passes here: the scopes of the credential, then the officer's access policies. */
export class AccessGate {
  readonly #parts: GateParts;
  /** By person, under one trust policy. */
  #decisions = new Map<string, ReadDecisions>();
  #decidedUnder: Digest;
  /** Since this process began; what was revoked before is not let in any more. */
  readonly #revoked = new Set<string>();

  constructor(parts: GateParts) {
    this.#parts = parts;
    this.#decidedUnder = parts.trust.current().digest;
    // A new motion may have put the run into another risk class.
    parts.feed.listen(({ type, run }) => {
      if (type === 'motion-freeze') for (const decisions of this.#decisions.values()) decisions.forget(run);
    });
  }

  reader(caller: Caller): Reader {
    const { person, credential, expiresAt } = caller;
    return new Reader(caller, {
      decisions: () => this.#decisionsOf(person),
      isWelcome: () => !this.#revoked.has(credential) && this.#parts.clock.now() < expiresAt,
    });
  }

  /** Whoever is reading along by this credential is shown nothing more. */
  revoke(credential: string): void {
    this.#revoked.add(credential);
  }

  /** Throws unless the caller may do this to the installation. */
  demand(caller: Caller, action: AccessAction): void {
    const person = this.person(caller.person);
    demandScope(caller, action);
    const { organisation } = this.#parts.trust.current().policy;
    const decision = this.#authorise(person, action, { kind: 'installation', organisation });
    if (!decision.allowed) throw forbidden(caller, action, 'this installation', decision);
  }

  may(caller: Caller, action: AccessAction): boolean {
    const { organisation } = this.#parts.trust.current().policy;
    const person = this.#enrolled(caller.person);
    if (!person || !caller.scopes.includes(action)) return false;
    return this.#authorise(person, action, { kind: 'installation', organisation }).allowed;
  }

  /** Throws unless the caller may do this to the run; one that he may not even read does not exist for him. */
  async demandOnRun(caller: Caller, action: AccessAction, run: string): Promise<void> {
    const person = this.person(caller.person);
    demandScope(caller, action);
    // Most of what is asked: decided once for the person and the run, and anew with each motion and trust policy.
    if (action === 'read') return this.reader(caller).mustRead(run);
    const attributes = (await runAttributes(this.#parts.database, [run])).get(run);
    if (!attributes) throw new ServerError('run-unknown', `There is no run ${run}.`);
    const reading = this.#authorise(person, 'read', this.#factsOf(attributes));
    if (!reading.allowed) {
      // Only the record learns the difference.
      const cause = forbidden(caller, 'read', run, reading);
      throw new ServerError('run-unknown', `There is no run ${run}.`, cause);
    }
    this.#demandOn(caller, person, action, this.#factsOf(attributes));
  }

  /** Throws unless the caller may ask for this: an access policy can depend on environment and data class. */
  demandRequest(caller: Caller, { run, requester, request }: AcceptedRequest): void {
    const { environment, dataClass } = request;
    const facts = this.#factsOf({ id: run, requester, environment, dataClass, riskClass: '' });
    this.#demandOn(caller, this.person(caller.person), 'request', facts);
  }

  /** Throws for whoever is not enrolled: a token or a login alone is nobody. */
  person(name: string): PersonFacts {
    const found = this.#enrolled(name);
    if (!found) throw new ServerError('forbidden', `${name} is not a person of the trust policy.`);
    return found;
  }

  #demandOn(caller: Caller, person: PersonFacts, action: AccessAction, facts: RunFacts): void {
    // Invariant 2: not even a policy that permits it makes somebody the judge of his own request.
    if (action === 'approve' && facts.requester.name === person.name)
      throw new ServerError('separation', `${person.name} has requested ${facts.run}.`);
    const decision = this.#authorise(person, action, facts);
    if (!decision.allowed) throw forbidden(caller, action, facts.run, decision);
  }

  #authorise(person: PersonFacts, action: AccessAction, resource: AccessQuestion['resource']): AccessDecision {
    return authorise(this.#parts.trust.current().policy.access.policies, { person, action, resource });
  }

  #decisionsOf(name: string): ReadDecisions {
    const { digest } = this.#parts.trust.current();
    if (digest !== this.#decidedUnder) {
      this.#decisions = new Map();
      this.#decidedUnder = digest;
    }
    const known = this.#decisions.get(name);
    if (known) return known;
    const decisions = new ReadDecisions((runs) => this.#decideRead(name, runs));
    this.#decisions.set(name, decisions);
    return decisions;
  }

  async #decideRead(name: string, runs: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
    const person = this.#enrolled(name);
    if (!person) return new Map(runs.map((run) => [run, false]));
    const found = await runAttributes(this.#parts.database, runs);
    return new Map(
      [...found].map(([run, attributes]) => [run, this.#authorise(person, 'read', this.#factsOf(attributes)).allowed]),
    );
  }

  #factsOf({ id, requester, environment, dataClass, riskClass }: RunAttributes): RunFacts {
    // Who has left since is nobody's colleague any more.
    const person = this.#enrolled(requester) ?? { name: requester, team: '', roles: [] };
    return { kind: 'run', run: id, requester: person, environment, dataClass, riskClass };
  }

  #enrolled(name: string): PersonFacts | undefined {
    const { principals } = this.#parts.trust.current().policy;
    const found = principals.find((principal) => principal.role === 'person' && principal.name === name);
    return found && { name, team: found.team ?? '', roles: found.roles ?? [] };
  }
}

function demandScope({ scopes }: Caller, action: AccessAction): void {
  if (!scopes.includes(action))
    throw new ServerError('scope-missing', `This token is for ${scopes.join(', ')}, not to ${action}.`);
}

function forbidden({ person }: Caller, action: AccessAction, what: string, { reasons }: AccessDecision): ServerError {
  const because = reasons.length === 0 ? 'no access policy permits it' : `decided by ${reasons.join(', ')}`;
  return new ServerError('forbidden', `${person} may not ${action} ${what}: ${because}.`);
}
