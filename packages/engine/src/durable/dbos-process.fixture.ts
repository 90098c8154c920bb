import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createDbosEngine } from './dbos.ts';

/** One server process of the recovery test: six steps, each leaving a line in the file of effects. */
const [databaseUrl, effects, run] = process.argv.slice(2) as [string, string, string];

const actions = {
  act: async (file: string, id: string, input: number): Promise<number> => {
    appendFileSync(file, `${id} ${input}\n`);
    await pause(120);
    return input;
  },
} as const;

const engine = createDbosEngine<string, typeof actions>({
  databaseUrl,
  within: (act) => act(effects),
  actions,
  workflow: async (durable) => {
    for (let input = 1; input <= 6; input++) await durable.step('act', input);
    await durable.awake('go', 60_000);
    appendFileSync(effects, `${durable.run} end\n`);
  },
});
await engine.start();
await engine.submit(run);
await engine.wake(run, 'go');
process.stdout.write('ready\n');
