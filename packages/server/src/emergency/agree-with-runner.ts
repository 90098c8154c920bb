import { setTimeout as sleep } from 'node:timers/promises';
import { envelopeDigest, peekStatement, type Statement, type StopOrder } from '@duovir/protocol';
import type { Stop } from '../store/stops.ts';
import type { EmergencyParts } from './parts.ts';
import { orderOf, stateStop } from './stated-stop.ts';

const PAUSE_MS = 500;

type Parts = Pick<EmergencyParts, 'stops' | 'runnerStops' | 'ledger' | 'ending'>;

/**
 * Whatever was cut off when somebody stopped: the runner is told what the store knows, the store what the runner holds, and
 * the ledger all of it. Nothing is ever lifted here.
 */
export async function agreeWithRunner({ stops, runnerStops, ledger }: Parts): Promise<void> {
  for (const stop of await stops.inForce()) await stateStop(ledger, stop);
  const held = (await runnerStops.held()).map(stopOf);
  for (const stop of held) {
    await stops.keep(stop);
    await stateStop(ledger, stop);
  }
  const missing = (await stops.inForce()).filter(({ digest }) => held.every((other) => other.digest !== digest));
  for (const stop of missing) await runnerStops.hold(orderOf(stop));
}

/** In the background, until the runner has answered. Nothing is lost in between: without the store's word no permit is minted. */
export function keepAgreeing(parts: Parts): void {
  void (async () => {
    while (!parts.ending.aborted) {
      try {
        return await agreeWithRunner(parts);
      } catch (error) {
        console.error(`The runner and the store do not agree yet on what is stopped: ${String(error)}`);
      }
      await sleep(PAUSE_MS, undefined, { ref: false });
    }
  })();
}

/** What the runner has verified before it held it. */
function stopOf(order: StopOrder): Stop {
  const { time, predicate } = peekStatement(order.statement) as Statement<'stop'>;
  return { ...order, digest: envelopeDigest(order.statement), person: predicate.person, since: new Date(time) };
}
