import type { BudgetView, EgressView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { useState, type JSX } from 'react';
import { money, tokenCount } from '../money.ts';
import { Awaited } from '../page/awaited.tsx';
import { useLoaded } from '../page/load.ts';
import { BudgetBars } from './budget-bars.tsx';
import { EgressList } from './egress-list.tsx';
import { newestCalls } from './newest-calls.ts';
import { ResumeModels } from './resume-models.tsx';
import { StopModels } from './stop-models.tsx';

const REFRESH_MS = 3_000;
const MOST = 50;

interface Models {
  readonly calls: readonly EgressView[];
  readonly budget: BudgetView;
}

/** What models cost today, what has left for them, and the switch that stops them. */
export function ModelPage({ client }: { readonly client: Client }): JSX.Element {
  const [turns, setTurns] = useState(0);
  const turn = (): void => setTurns(turns + 1);
  const models = useLoaded(
    String(turns),
    () => REFRESH_MS,
    async (): Promise<Models> => {
      const [calls, budget] = await Promise.all([newestCalls(client, {}, MOST), client.budget()]);
      return { calls, budget };
    },
  );
  return (
    <>
      <title>Models · Duovir</title>
      <Awaited of={models}>
        {({ calls, budget }) => (
          <>
            <div className="title">
              <h1>Models</h1>
              {budget.stop === null && <StopModels client={client} onTurn={turn} />}
            </div>
            {budget.stop !== null && <ResumeModels client={client} stop={budget.stop} onTurn={turn} />}
            <h2 className="apart">Budgets</h2>
            {budget.levels.length === 0 ? (
              <p>No agent thinks with a model: the trust policy lists none.</p>
            ) : (
              <BudgetBars levels={budget.levels} />
            )}
            <Forecast forecast={budget.forecast} />
            <h2 className="apart">What left</h2>
            {calls.length === 0 ? <p>Nothing has left for a model.</p> : <EgressList client={client} calls={calls} />}
          </>
        )}
      </Awaited>
    </>
  );
}

function Forecast({ forecast }: Pick<BudgetView, 'forecast'>): JSX.Element | null {
  const { worstCase, left, fits } = forecast;
  if (worstCase.tokens === 0) return null;
  return (
    <p className={fits ? 'quiet' : 'box warn'}>
      One more run could cost {money(worstCase.microUsd)} and {tokenCount(worstCase.tokens)} at most, of{' '}
      {money(left.microUsd)} and {tokenCount(left.tokens)} that are left.
      {!fits && ' Models may be refused before it ends.'}
    </p>
  );
}
