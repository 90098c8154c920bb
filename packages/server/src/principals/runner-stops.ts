import * as z from 'zod';
import { heldStopsSchema, type Envelope, type StopOrder } from '@duovir/protocol';
import { withPatience, type UnixClient } from '@duovir/principal';

/** A runner that lives takes a stop within this; one that does not is told as soon as it is back. */
const PATIENCE_MS = 2_000;
/** Somebody waits for the answer; while it is away, everything stays stopped. */
const LIFT_PATIENCE_MS = 10_000;
const nothing = z.strictObject({});

/** What the runner itself holds people's stops with: once told, it does not listen to the server about them. */
export interface RunnerStops {
  hold(order: StopOrder): Promise<void>;
  lift(statement: Envelope): Promise<void>;
  /** In force. */
  held(): Promise<readonly StopOrder[]>;
}

export function runnerStops(client: UnixClient): RunnerStops {
  const timeoutMs = PATIENCE_MS;
  return {
    hold: async (order) => {
      await withPatience(() => client.call({ path: '/v1/stop', body: order, timeoutMs }, nothing), PATIENCE_MS);
    },
    lift: async (statement) => {
      await withPatience(
        () => client.call({ path: '/v1/stop/lift', body: { statement }, timeoutMs }, nothing),
        LIFT_PATIENCE_MS,
      );
    },
    held: async () => (await client.call({ path: '/v1/stop', timeoutMs }, heldStopsSchema)).stops,
  };
}
