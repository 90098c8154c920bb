import { confirmedBy } from './grant-state.ts';
import type { EmergencyParts } from './parts.ts';

/** Throws while people have stopped everything. Whoever is not logged in is told that, and no more. */
export async function assertNotStopped({ stops }: Pick<EmergencyParts, 'stops'>): Promise<void> {
  if ((await stops.inForce()).length > 0) throw new Error('People have stopped everything: `duovir stop show`.');
}

/** Throws while people stand in for the reviewers. */
export async function assertGlassWhole({
  grants,
  trust,
  clock,
}: Pick<EmergencyParts, 'grants' | 'trust' | 'clock'>): Promise<void> {
  const open = await grants.open(clock.now());
  const broken = open.find((grant) => confirmedBy(grant, trust.current()));
  if (broken)
    throw new Error(`People have broken the glass until ${broken.until.toISOString()}: \`duovir break-glass show\`.`);
}
