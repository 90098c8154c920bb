import type { BudgetView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { useState, type JSX } from 'react';
import { Failure } from '../page/failure.tsx';
import { failed, type Failed } from '../page/load.ts';
import { Moment } from '../page/moment.tsx';
import { plainText } from '../story/plain-text.ts';

/** Says who has stopped the models and why. Somebody else lets them go on. */
export function ResumeModels({
  client,
  stop,
  onTurn,
}: {
  readonly client: Client;
  readonly stop: NonNullable<BudgetView['stop']>;
  readonly onTurn: () => void;
}): JSX.Element {
  const [attempt, setAttempt] = useState<'none' | 'asked' | Failed>('none');
  const resume = async (): Promise<void> => {
    setAttempt('asked');
    try {
      await client.resumeModels();
      onTurn();
    } catch (error) {
      setAttempt(failed(error));
    }
  };
  return (
    <div className="box bad" role="status">
      <p>
        {stop.person} has stopped all models on <Moment utc={stop.since} />: {plainText(stop.reason)}
      </p>
      <button type="button" disabled={attempt === 'asked'} onClick={() => void resume()}>
        Resume
      </button>
      {typeof attempt === 'object' && <Failure {...attempt} />}
    </div>
  );
}
