import { setTimeout as sleep } from 'node:timers/promises';
import { PrincipalError } from '@duovir/principal';
import { envelopeDigest, peekStatement, type Statement, type StopOrder } from '@duovir/protocol';
import type { Stop } from '../store/stops.ts';
import type { EmergencyParts } from './parts.ts';
import { orderOf, stateStop } from './stated-stop.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;

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
  // A runner whose memory was restored from a backup holds what has been lifted since; nobody could lift what nobody sees.
  const known = new Set((await stops.inForce()).map(({ digest }) => digest));
  for (const { digest, person } of held) {
    if (known.has(digest)) continue;
    await stops.reinstate(digest);
    console.warn(`The runner holds a stop of ${person} that was lifted here: lift it again.`);
  }
  const missing = (await stops.inForce()).filter(({ digest }) => held.every((other) => other.digest !== digest));
  for (const stop of missing) await tell(runnerStops, stop);
}

/**
 * One that the runner has let go, by a lift it has verified, does not come back there; neither does one whose author was put out
 * since. Here both stay until somebody lifts them.
 */
async function tell(runnerStops: Parts['runnerStops'], stop: Stop): Promise<void> {
  try {
    await runnerStops.hold(orderOf(stop));
  } catch (error) {
    if (!(error instanceof PrincipalError) || !/^stop-(?:lifted|forged):/.test(error.message)) throw error;
    console.warn(`The runner does not take the stop of ${stop.person} (${error.message}): lift it again.`);
  }
}

/** In the background, until the runner has answered. Nothing is lost in between: without the store's word no permit is minted. */
export function keepAgreeing(parts: Parts): void {
  void untilAgreed(parts);
}

async function untilAgreed(parts: Parts): Promise<void> {
  for (let pause = FIRST_PAUSE_MS; !parts.ending.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await agreeWithRunner(parts);
    } catch (error) {
      // A runner that starts later than the server is nothing to speak of.
      if (pause === LONGEST_PAUSE_MS)
        console.error(`The runner and the store do not agree yet on what is stopped: ${String(error)}`);
    }
    await sleep(pause, undefined, { ref: false });
  }
}

/** What the runner has verified before it held it. */
function stopOf(order: StopOrder): Stop {
  const { time, predicate } = peekStatement(order.statement) as Statement<'stop'>;
  return { ...order, digest: envelopeDigest(order.statement), person: predicate.person, since: new Date(time) };
}
