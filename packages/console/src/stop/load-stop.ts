import type { StopView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { useLoaded, type Loaded } from '../page/load.ts';

const REFRESH_MS = 3_000;

/** What people have stopped. `turn` counts what was done here, after which it is asked anew at once. */
export function useStops(client: Client, turn: number): Loaded<StopView> {
  return useLoaded(
    `stops ${turn}`,
    () => REFRESH_MS,
    () => client.stops(),
  );
}
