import type { StopView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { useState } from 'react';
import { useLoaded } from '../page/load.ts';

const REFRESH_MS = 3_000;

export interface Emergency {
  readonly stops: StopView['stops'];
  readonly isStopped: boolean;
  readonly runner: StopView['runner'];
  /** Asks anew at once: something was done about it on this page. */
  ask(): void;
}

/** What people have stopped and nobody has lifted, on every page. */
export function useEmergency(client: Client): Emergency {
  const [turn, setTurn] = useState(0);
  const known = useLoaded(
    String(turn),
    () => REFRESH_MS,
    () => client.stops(),
  );
  const { stops, runner } = known.kind === 'loaded' ? known.value : { stops: [], runner: 'unreachable' as const };
  return { stops, runner, isStopped: stops.length > 0, ask: () => setTurn(turn + 1) };
}
