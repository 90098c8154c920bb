import type { Client } from '@duovir/sdk';
import { useId, useRef, useState, type JSX } from 'react';
import { Failure } from '../page/failure.tsx';
import { failed, type Failed } from '../page/load.ts';

const LONGEST = 500;

/** The kill switch, after a second look and with a reason. */
export function StopModels({ client, onTurn }: { readonly client: Client; readonly onTurn: () => void }): JSX.Element {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [attempt, setAttempt] = useState<'none' | 'asked' | Failed>('none');
  const stop = async (): Promise<void> => {
    setAttempt('asked');
    try {
      await client.stopModels(reason.trim());
      dialog.current?.close();
      onTurn();
    } catch (error) {
      setAttempt(failed(error));
    }
  };
  return (
    <>
      <button type="button" className="danger" onClick={() => dialog.current?.showModal()}>
        Stop all models …
      </button>
      <dialog ref={dialog} aria-labelledby={`${id}-title`} onClose={() => setAttempt('none')}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void stop();
          }}
        >
          <h2 id={`${id}-title`}>Stop all models?</h2>
          <p>Calls are broken off now, and none is begun. Another person has to resume.</p>
          <label htmlFor={id}>Reason</label>
          <input
            id={id}
            required
            maxLength={LONGEST}
            autoComplete="off"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          {typeof attempt === 'object' && <Failure {...attempt} />}
          <div className="choices">
            <button type="button" onClick={() => dialog.current?.close()}>
              Let them work
            </button>
            <button type="submit" className="danger" disabled={attempt === 'asked' || reason.trim() === ''}>
              Stop all models
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
