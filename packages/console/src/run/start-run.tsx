import type { Client } from '@duovir/sdk';
import { useId, useRef, useState, type JSX } from 'react';
import { Command } from '../page/command.tsx';
import { Failure } from '../page/failure.tsx';
import { failed, type Failed } from '../page/load.ts';
import { MissingPasskey } from '../passkey/missing-passkey.tsx';
import { useSigning } from '../passkey/use-signing.ts';
import { addressOf } from '../route.ts';
import { askSigned, dataClasses, environments, type Wish } from './ask-signed.ts';

const LONGEST = 2000;
const FIRST_WISH: Wish = { goal: '', environment: 'development', dataClass: 'internal' };

/** Asks for a run, signed with the reader's passkey: nobody, not even the server, asks in his name. */
export function StartRun({ client }: { readonly client: Client }): JSX.Element {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const signing = useSigning(client);
  const [wish, setWish] = useState(FIRST_WISH);
  const [attempt, setAttempt] = useState<'none' | 'asked' | Failed>('none');
  const start = async (): Promise<void> => {
    setAttempt('asked');
    try {
      const run = await askSigned(client, wish);
      location.hash = addressOf({ kind: 'run', id: run });
    } catch (error) {
      setAttempt(failed(error));
    }
  };
  const isReady = signing.kind === 'loaded' && signing.value.kind === 'ready';
  return (
    <>
      <button type="button" className="primary" onClick={() => dialog.current?.showModal()}>
        Ask for a run …
      </button>
      <dialog ref={dialog} aria-labelledby={`${id}-title`} onClose={() => setAttempt('none')}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          <h2 id={`${id}-title`}>Ask for a run</h2>
          <label htmlFor={id}>Goal</label>
          <textarea
            id={id}
            required
            maxLength={LONGEST}
            rows={3}
            value={wish.goal}
            onChange={(event) => setWish({ ...wish, goal: event.target.value })}
          />
          <Choice
            name="Environment"
            options={environments}
            value={wish.environment}
            onChoose={(environment) => setWish({ ...wish, environment })}
          />
          <Choice
            name="Data class"
            options={dataClasses}
            value={wish.dataClass}
            onChoose={(dataClass) => setWish({ ...wish, dataClass })}
          />
          {signing.kind === 'failed' && <Failure {...signing} />}
          {signing.kind === 'loaded' && signing.value.kind !== 'ready' && (
            <>
              <MissingPasskey signing={signing.value} />
              <Command text='npx duovir run start "<goal>" --target sandbox --wait' />
            </>
          )}
          {typeof attempt === 'object' && <Failure {...attempt} />}
          <div className="choices">
            <button type="button" onClick={() => dialog.current?.close()}>
              Not now
            </button>
            <button
              type="submit"
              className="primary"
              disabled={!isReady || attempt === 'asked' || wish.goal.trim() === ''}
            >
              Sign and ask
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

function Choice<Option extends string>({
  name,
  options,
  value,
  onChoose,
}: {
  readonly name: string;
  readonly options: readonly Option[];
  readonly value: Option;
  readonly onChoose: (option: Option) => void;
}): JSX.Element {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{name}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChoose(options.find((option) => option === event.target.value) ?? value)}
      >
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </>
  );
}
