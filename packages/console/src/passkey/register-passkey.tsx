import type { Client } from '@duovir/sdk';
import { useState, type JSX } from 'react';
import { Failure } from '../page/failure.tsx';
import { failed, type Failed } from '../page/load.ts';
import { makePasskey } from './authenticator.ts';

export function RegisterPasskey({
  client,
  onTurn,
}: {
  readonly client: Client;
  readonly onTurn: () => void;
}): JSX.Element {
  const [attempt, setAttempt] = useState<'none' | 'asked' | Failed>('none');
  const register = async (): Promise<void> => {
    setAttempt('asked');
    try {
      await client.proposePasskey(await makePasskey(await client.passkeyOptions()));
      setAttempt('none');
      onTurn();
    } catch (error) {
      setAttempt(failed(error));
    }
  };
  return (
    <>
      <button type="button" className="primary" disabled={attempt === 'asked'} onClick={() => void register()}>
        Register a passkey
      </button>
      {typeof attempt === 'object' && <Failure {...attempt} />}
    </>
  );
}
