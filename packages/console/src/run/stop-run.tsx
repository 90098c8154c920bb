import type { Client } from '@duovir/sdk';
import { useRef, useState, type JSX } from 'react';
import { Failure } from '../page/failure.tsx';
import { failed, type Failed } from '../page/load.ts';

/** Stops a run after a second look: what is done is undone, and a run that is stopped cannot go on. */
export function StopRun({ client, run }: { readonly client: Client; readonly run: string }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [attempt, setAttempt] = useState<'none' | 'asked' | Failed>('none');
  const stop = async (): Promise<void> => {
    setAttempt('asked');
    try {
      await client.cancel(run);
      dialog.current?.close();
    } catch (error) {
      setAttempt(failed(error));
    }
  };
  return (
    <>
      <button type="button" className="danger" onClick={() => dialog.current?.showModal()}>
        Stop …
      </button>
      <dialog ref={dialog} aria-labelledby="stop-title" onClose={() => setAttempt('none')}>
        <h2 id="stop-title">Stop this run?</h2>
        <p>What it has done so far is undone, newest first. It cannot be resumed.</p>
        {typeof attempt === 'object' && <Failure {...attempt} />}
        <div className="choices">
          <button type="button" onClick={() => dialog.current?.close()}>
            Let it run
          </button>
          <button type="button" className="danger" disabled={attempt === 'asked'} onClick={() => void stop()}>
            Stop and undo
          </button>
        </div>
      </dialog>
    </>
  );
}
