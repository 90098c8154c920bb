import type { BudgetView, EgressView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { BudgetBars } from '../model/budget-bars.tsx';
import { EgressList } from '../model/egress-list.tsx';
import { newestCalls } from '../model/newest-calls.ts';
import { useLoaded } from '../page/load.ts';

const REFRESH_MS = 3_000;
const MOST = 200;

interface Models {
  readonly calls: readonly EgressView[];
  readonly budget: BudgetView;
}

/** What left for models in this run, and what of its budget is used. Nothing where no model was asked. */
export function RunModels({
  client,
  run,
  isOver,
  chapters,
}: {
  readonly client: Client;
  readonly run: string;
  readonly isOver: boolean;
  /** Of the story so far: a new one is when something has happened. */
  readonly chapters: number;
}): JSX.Element | null {
  const models = useLoaded(
    `${run} ${isOver} ${chapters}`,
    () => (isOver ? undefined : REFRESH_MS),
    async (): Promise<Models> => {
      const [calls, budget] = await Promise.all([newestCalls(client, { run }, MOST), client.budget({ run })]);
      return { calls, budget };
    },
  );
  if (models.kind !== 'loaded' || models.value.calls.length === 0) return null;
  const { calls, budget } = models.value;
  return (
    <section aria-labelledby="models">
      <h2 id="models" className="apart">
        What left for models
      </h2>
      <BudgetBars levels={budget.levels.filter(({ id }) => id === `run/${run}`)} />
      <EgressList client={client} calls={calls} />
    </section>
  );
}
