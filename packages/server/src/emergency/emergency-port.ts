import type { EmergencyPort } from '@duovir/engine';
import { confirmedBy } from './grant-state.ts';
import type { EmergencyParts } from './parts.ts';

/** What the engine asks before it mints a permit and while it tallies. */
export function emergencyPort({
  stops,
  grants,
  trust,
  clock,
}: Pick<EmergencyParts, 'stops' | 'grants' | 'trust' | 'clock'>): EmergencyPort {
  return {
    stop: async () => {
      const [stop] = await stops.inForce();
      return stop ? { person: stop.person, reason: stop.reason } : null;
    },
    breakGlass: async (riskClass) => {
      for (const grant of await grants.open(clock.now())) {
        const people = grant.classes.includes(riskClass) ? confirmedBy(grant, trust.current()) : undefined;
        if (people)
          return {
            people,
            until: grant.until.toISOString(),
            statements: grant.statements
              .filter(({ person }) => people.includes(person))
              .map(({ statement }) => statement),
          };
      }
      return null;
    },
  };
}
