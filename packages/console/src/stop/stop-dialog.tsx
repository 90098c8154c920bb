import { useId, useRef, useState, type JSX, type ReactNode } from 'react';
import { Failure } from '../page/failure.tsx';
import { failed, type Failed } from '../page/load.ts';

const LONGEST = 500;

/** A button that stops something for everybody: after a second look, and with a reason that somebody else will read. */
export function StopDialog({
  what,
  consequence,
  otherwise,
  stop,
  onStopped,
  children,
}: {
  /** Such as `Stop everything`. */
  readonly what: string;
  readonly consequence: string;
  /** Label of the button that changes nothing. */
  readonly otherwise: string;
  readonly stop: (reason: string) => Promise<unknown>;
  readonly onStopped: () => void;
  /** Further choices of the person who stops. */
  readonly children?: ReactNode;
}): JSX.Element {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [attempt, setAttempt] = useState<'none' | 'asked' | Failed>('none');
  const submit = async (): Promise<void> => {
    setAttempt('asked');
    try {
      await stop(reason.trim());
      dialog.current?.close();
      onStopped();
    } catch (error) {
      setAttempt(failed(error));
    }
  };
  return (
    <>
      <button type="button" className="danger" onClick={() => dialog.current?.showModal()}>
        {what} …
      </button>
      <dialog ref={dialog} aria-labelledby={`${id}-title`} onClose={() => setAttempt('none')}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <h2 id={`${id}-title`}>{what}?</h2>
          <p>{consequence}</p>
          <label htmlFor={id}>Reason</label>
          <input
            id={id}
            required
            maxLength={LONGEST}
            autoComplete="off"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          {children}
          {typeof attempt === 'object' && <Failure {...attempt} />}
          <div className="choices">
            <button type="button" onClick={() => dialog.current?.close()}>
              {otherwise}
            </button>
            <button type="submit" className="danger" disabled={attempt === 'asked' || reason.trim() === ''}>
              {what}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
