import type { StopView } from '@duovir/protocol';
import { liftStatement, type Client } from '@duovir/sdk';
import { useState, type JSX } from 'react';
import { Failure } from '../page/failure.tsx';
import { failed, type Failed } from '../page/load.ts';
import { Moment } from '../page/moment.tsx';
import { MissingPasskey } from '../passkey/missing-passkey.tsx';
import { sign } from '../passkey/sign.ts';
import { useSigning } from '../passkey/use-signing.ts';
import { plainText } from '../story/plain-text.ts';

/** Who has stopped everything and why. Somebody else lifts it, with a signature that the runner verifies. */
export function LiftStop({
  client,
  stop,
  onTurn,
}: {
  readonly client: Client;
  readonly stop: StopView['stops'][number];
  readonly onTurn: () => void;
}): JSX.Element {
  const signing = useSigning(client);
  const [attempt, setAttempt] = useState<'none' | 'asked' | Failed>('none');
  const lift = async (): Promise<void> => {
    setAttempt('asked');
    try {
      const statement = await sign(client, ({ person }) =>
        liftStatement({ person, stop: stop.statement }, { time: new Date() }),
      );
      await client.liftStop({ statement });
      onTurn();
    } catch (error) {
      setAttempt(failed(error));
    }
  };
  const reader = signing.kind === 'loaded' ? signing.value : undefined;
  return (
    <div className="box bad">
      <p role="alert">
        <strong>Everything is stopped.</strong> {stop.person}, <Moment utc={stop.since} />: {plainText(stop.reason)}
      </p>
      {reader?.person === stop.person && <p>You have stopped it: somebody else has to lift it.</p>}
      {reader && reader.person !== stop.person && reader.kind !== 'ready' && <MissingPasskey signing={reader} />}
      {reader?.kind === 'ready' && reader.person !== stop.person && (
        <button type="button" disabled={attempt === 'asked'} onClick={() => void lift()}>
          Sign the lift
        </button>
      )}
      {typeof attempt === 'object' && <Failure {...attempt} />}
    </div>
  );
}
