import type { Client } from '@duovir/sdk';
import { useId, useState, type JSX } from 'react';
import { Failure } from '../page/failure.tsx';
import { failed, type Failed } from '../page/load.ts';
import { plainText } from '../story/plain-text.ts';

const LONGEST = 2000;

/** The planner's one question. Anybody may answer it: the plan that comes of it is reviewed all the same. */
export function AnswerQuestion({
  client,
  run,
  question,
}: {
  readonly client: Client;
  readonly run: string;
  readonly question: string;
}): JSX.Element {
  const id = useId();
  const [answer, setAnswer] = useState('');
  const [attempt, setAttempt] = useState<'none' | 'sent' | Failed>('none');
  const send = async (): Promise<void> => {
    setAttempt('sent');
    try {
      await client.answer(run, answer.trim());
    } catch (error) {
      setAttempt(failed(error));
    }
  };
  return (
    <form
      className="box warn"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label htmlFor={id}>The planner asks: {plainText(question)}</label>
      <textarea
        id={id}
        required
        maxLength={LONGEST}
        rows={3}
        value={answer}
        onChange={(event) => setAnswer(event.target.value)}
      />
      <button type="submit" className="primary" disabled={attempt === 'sent' || answer.trim() === ''}>
        Answer
      </button>
      {typeof attempt === 'object' && <Failure {...attempt} />}
    </form>
  );
}
