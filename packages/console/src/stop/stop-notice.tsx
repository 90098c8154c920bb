import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { LiftStop } from './lift-stop.tsx';
import type { Emergency } from './use-emergency.ts';

/** Whether everything is stopped, by whom and why, and how it is lifted. */
export function StopNotice({
  client,
  emergency,
}: {
  readonly client: Client;
  readonly emergency: Emergency;
}): JSX.Element {
  const { stops, isStopped, runner } = emergency;
  return (
    <section className="emergency" aria-label="Emergency stop">
      {stops.map((stop) => (
        <LiftStop key={stop.digest} client={client} stop={stop} onTurn={emergency.ask} />
      ))}
      {isStopped && runner !== 'stopped' && (
        <p role="status" className="box bad">
          The runner {runner === 'open' ? 'has not been told of the stop yet' : 'does not answer'}; it is told as soon
          as that is possible.
        </p>
      )}
    </section>
  );
}
