import { PATIENCE_MS, UnixClient, type StateDirectory } from '@duovir/principal';
import type { AttestorPort, HealerPort, PlannerPort, ReviewerPort, RunnerPort } from '@duovir/engine';
import type { Role, TrustPolicy } from '@duovir/protocol';
import { healer, patienceWith, planner, reviewer } from './agents.ts';
import { attestor } from './attestor.ts';
import { Hearing } from './hearing.ts';
import { runner, type OnExecution } from './runner.ts';
import { runnerStops, type RunnerStops } from './runner-stops.ts';

export interface Principals {
  /** Of the agents; ends when the server is stopped. */
  readonly hearing: Hearing;
  readonly planner: PlannerPort;
  readonly reviewers: ReadonlyMap<string, ReviewerPort>;
  readonly healer: HealerPort;
  readonly runner: RunnerPort;
  readonly runnerStops: RunnerStops;
  readonly attestor: AttestorPort;
  /** By principal name, for questions about their health. */
  readonly clients: ReadonlyMap<string, UnixClient>;
}

/** Whom the trust policy names is reached at the socket of his name. */
export function connectPrincipals(state: StateDirectory, policy: TrustPolicy, onExecution: OnExecution): Principals {
  const clients = new Map<string, UnixClient>();
  const named = (role: Role): string[] =>
    policy.principals.filter((principal) => principal.role === role).map(({ name }) => name);
  const client = (name: string): UnixClient => {
    const present = clients.get(name) ?? new UnixClient(state.socket(name));
    clients.set(name, present);
    return present;
  };
  const only = (role: Role): UnixClient => client(named(role)[0] ?? role);
  const patience = (name: string | undefined): number => {
    const principal = policy.principals.find((candidate) => candidate.name === name);
    return principal ? patienceWith(principal, policy.egress.models) : PATIENCE_MS;
  };
  const hearing = new Hearing();
  return {
    hearing,
    planner: planner(only('planner'), patience(named('planner')[0]), hearing),
    reviewers: new Map(named('reviewer').map((name) => [name, reviewer(client(name), hearing)])),
    healer: healer(only('healer'), patience(named('healer')[0]), hearing),
    runner: runner(only('runner'), onExecution),
    runnerStops: runnerStops(only('runner')),
    attestor: attestor(only('attestor')),
    clients,
  };
}
