import type { AccessAction, Principal, TrustPolicy } from '@duovir/protocol';
import type { PersonFacts } from '../access/question.ts';
import type { AccessRules } from './access-rules.ts';
import type { AccountableClass } from './accountable-class.ts';
import { peopleOf } from './enrolled.ts';

const environments = ['production', 'staging', 'development'] as const;

/** Policies that look at names may treat every person differently; others go by team and roles alone. */
const LOOKS_AT_NAMES = /Person\s*::\s*"|\.\s*name\b|\[\s*"name"\s*\]/;

/** What of a run a permission may depend on. */
export interface RunKind {
  readonly riskClass: AccountableClass | '';
  readonly dataClass: string;
}

/** Who may do what under the access policies. Without rules to judge by, everybody everything. */
export class Permissions {
  readonly #policy: TrustPolicy;
  readonly #access: AccessRules | undefined;
  readonly #areNamed: boolean;
  readonly #known = new Map<string, boolean>();

  constructor(policy: TrustPolicy, access: AccessRules | undefined) {
    this.#policy = policy;
    this.#access = access;
    this.#areNamed = LOOKS_AT_NAMES.test(policy.access.policies);
  }

  /** Whether this person may do it to a run of that requester, in some environment. */
  onRun(person: Principal, action: AccessAction, requester: Principal, run: RunKind): boolean {
    const isOwn = person.name === requester.name;
    return this.#decide([this.#kindOf(person), action, this.#kindOf(requester), isOwn, run], (access) =>
      environments.some(
        (environment) =>
          access.authorise(this.#policy.access.policies, {
            person: facts(person),
            action,
            resource: {
              kind: 'run',
              run: 'run-aaaaaaaaaaaaaaaaaaaa',
              requester: facts(requester),
              environment,
              ...run,
            },
          }).allowed,
      ),
    );
  }

  /** Whether this person may do it to the installation: to approve there is to break the glass. */
  here(person: Principal, action: AccessAction): boolean {
    const resource = { kind: 'installation', organisation: this.#policy.organisation } as const;
    return this.#decide(
      [this.#kindOf(person), action],
      ({ authorise }) => authorise(this.#policy.access.policies, { person: facts(person), action, resource }).allowed,
    );
  }

  /** People who may ask for something at all, one of each kind: what one of them can have carried, all can. */
  requesters(): Principal[] {
    const run: RunKind = { riskClass: '', dataClass: 'internal' };
    const asking = peopleOf(this.#policy).filter((person) => this.onRun(person, 'request', person, run));
    return [...new Map(asking.map((person) => [this.#kindOf(person), person])).values()];
  }

  /** Each question once: in a large organisation many people are of one kind. */
  #decide(question: unknown, decide: (access: AccessRules) => boolean): boolean {
    if (!this.#access) return true;
    const key = JSON.stringify(question);
    const known = this.#known.get(key) ?? decide(this.#access);
    this.#known.set(key, known);
    return known;
  }

  #kindOf({ name, team = '', roles = [] }: Principal): string {
    return this.#areNamed ? name : [team, ...roles.toSorted()].join(' ');
  }
}

function facts({ name, team = '', roles = [] }: Principal): PersonFacts {
  return { name, team, roles };
}
