import type { Client } from '@duovir/sdk';
import { useId, useRef, useState, type JSX } from 'react';
import { Failure } from '../page/failure.tsx';
import { failed, type Failed } from '../page/load.ts';

const LONGEST = 500;

/** The emergency stop, after a second look and with a reason. It waits for no signature: that could cost a minute. */
export function StopEverything({
  client,
  onTurn,
}: {
  readonly client: Client;
  readonly onTurn: () => void;
}): JSX.Element {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [halt, setHalt] = useState(false);
  const [attempt, setAttempt] = useState<'none' | 'asked' | Failed>('none');
  const stop = async (): Promise<void> => {
    setAttempt('asked');
    try {
      await client.stop({ reason: reason.trim(), halt });
      dialog.current?.close();
      onTurn();
    } catch (error) {
      setAttempt(failed(error));
    }
  };
  return (
    <>
      <button type="button" className="danger" onClick={() => dialog.current?.showModal()}>
        Stop everything …
      </button>
      <dialog ref={dialog} aria-labelledby={`${id}-title`} onClose={() => setAttempt('none')}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void stop();
          }}
        >
          <h2 id={`${id}-title`}>Stop everything?</h2>
          <p>Nothing more is executed, in no run. Another person has to lift it.</p>
          <label htmlFor={id}>Reason</label>
          <input
            id={id}
            required
            maxLength={LONGEST}
            autoComplete="off"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <label className="choice">
            <input type="checkbox" checked={halt} onChange={(event) => setHalt(event.target.checked)} />
            End what is running now, too
          </label>
          {typeof attempt === 'object' && <Failure {...attempt} />}
          <div className="choices">
            <button type="button" onClick={() => dialog.current?.close()}>
              Let it run
            </button>
            <button type="submit" className="danger" disabled={attempt === 'asked' || reason.trim() === ''}>
              Stop everything
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
