import type { AccessAction } from '@duovir/protocol';

/** What access policies know about a person. */
export interface PersonFacts {
  readonly name: string;
  /** Empty for people of no team. */
  readonly team: string;
  readonly roles: readonly string[];
}

/** What access policies know about a run. `riskClass` is the highest of its motions, empty before the first. */
export interface RunFacts {
  readonly kind: 'run';
  readonly run: string;
  readonly requester: PersonFacts;
  readonly environment: string;
  readonly dataClass: string;
  readonly riskClass: string;
}

/** What concerns no single run. */
export interface InstallationFacts {
  readonly kind: 'installation';
  readonly organisation: string;
}

/** May this person do this to that? */
export interface AccessQuestion {
  readonly person: PersonFacts;
  readonly action: AccessAction;
  readonly resource: RunFacts | InstallationFacts;
}
