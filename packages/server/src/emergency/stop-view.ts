import type { StopView } from '@duovir/protocol';
import { PrincipalError } from '@duovir/principal';
import type { EmergencyParts } from './parts.ts';

/** What is stopped, and whether the runner knows it. */
export async function stopView({ stops, runnerStops, trust }: EmergencyParts): Promise<StopView> {
  const [inForce, runner] = await Promise.all([stops.inForce(), runnerState(runnerStops)]);
  return {
    stops: inForce.map(({ digest, person, reason, halt, since, statement }) => ({
      digest,
      person,
      reason,
      halt,
      since: since.toISOString(),
      statement,
    })),
    runner,
    trustPolicy: trust.current().digest,
  };
}

async function runnerState(runnerStops: EmergencyParts['runnerStops']): Promise<StopView['runner']> {
  try {
    return (await runnerStops.held()).length > 0 ? 'stopped' : 'open';
  } catch (error) {
    if (!(error instanceof PrincipalError)) throw error;
    return 'unreachable';
  }
}
