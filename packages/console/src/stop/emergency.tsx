import type { Client } from '@duovir/sdk';
import { useState, type JSX } from 'react';
import { LiftStop } from './lift-stop.tsx';
import { useStops } from './load-stop.ts';
import { StopEverything } from './stop-everything.tsx';

/** On every page: whether everything is stopped, by whom and why, and the switch that does it. */
export function Emergency({ client }: { readonly client: Client }): JSX.Element {
  const [turn, setTurn] = useState(0);
  const known = useStops(client, turn);
  const stops = known.kind === 'loaded' ? known.value.stops : [];
  const isStopped = stops.length > 0;
  return (
    <section className="emergency" aria-label="Emergency stop">
      <div role="status">
        {known.kind === 'loaded' && isStopped && known.value.runner !== 'stopped' && (
          <p className="box bad">
            The runner {known.value.runner === 'open' ? 'has not been told of the stop yet' : 'does not answer'}; it is
            told as soon as that is possible.
          </p>
        )}
        {stops.map((stop) => (
          <LiftStop key={stop.digest} client={client} stop={stop} onTurn={() => setTurn(turn + 1)} />
        ))}
      </div>
      {!isStopped && <StopEverything client={client} onTurn={() => setTurn(turn + 1)} />}
    </section>
  );
}
