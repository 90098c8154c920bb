// npm run eval [-- --prompt NAME] [--times K] [--json]: replays the recorded answers of every prompt's evaluation set.
// npm run eval -- --model ALIAS --policy FILE [--times K] [--record]: asks that model, through the gateway.
// npm run eval -- --rekey: authored answers still fit after a change of prompt, schema or case.
// Exit code 0: in a replay every case passed, or a model has been measured; 1: a case failed; 2: wrong usage.
import { parseArgs } from 'node:util';
import { promptNames, type PromptName } from '@duovir/agents';
import { casesOf } from './eval/case-file.ts';
import { evaluatePrompt, openSource, type SourceOptions } from './eval/source.ts';
import { figuresOf, tableOf, type PromptOutcomes } from './eval/report.ts';

const USAGE =
  'usage: npm run eval -- [--prompt NAME] [--times K] [--json] [--rekey | --model ALIAS --policy FILE [--record]]';
const MOST_TIMES = 100;

process.exitCode = await main();

async function main(): Promise<number> {
  const options = optionsFrom(process.argv.slice(2));
  if (!options) {
    console.error(USAGE);
    return 2;
  }
  const source = await openSource(options.source);
  const all: PromptOutcomes[] = [];
  try {
    for (const prompt of options.prompts)
      all.push(await evaluatePrompt(source, prompt, casesOf(prompt), options.times));
  } finally {
    await source.close();
  }
  const figures = all.map(figuresOf);
  if (options.json) for (const each of figures) console.log(JSON.stringify(each));
  else console.log(tableOf(figures, options.times));
  const failures = all.flatMap(({ prompt, cases }) =>
    cases.flatMap(({ id, outcomes }) =>
      outcomes.filter(({ passed }) => !passed).map(({ why }) => `${prompt}/${id}: ${why}`),
    ),
  );
  for (const failure of failures) console.error(failure);
  return options.source.kind !== 'model' && failures.length > 0 ? 1 : 0;
}

interface Options {
  readonly prompts: readonly PromptName[];
  readonly times: number;
  readonly json: boolean;
  readonly source: SourceOptions;
}

function optionsFrom(words: string[]): Options | undefined {
  const { values } = parseArgs({
    args: words,
    options: {
      prompt: { type: 'string' },
      times: { type: 'string' },
      json: { type: 'boolean' },
      rekey: { type: 'boolean' },
      record: { type: 'boolean' },
      model: { type: 'string' },
      policy: { type: 'string' },
    },
  });
  const { prompt, model, policy, rekey = false, record = false, json = false } = values;
  const prompts = promptNames.filter((name) => prompt === undefined || name === prompt);
  const times = Number(values.times ?? '1');
  const isWrong = prompts.length === 0 || !Number.isInteger(times) || times < 1 || times > MOST_TIMES;
  if (isWrong || (model === undefined) !== (policy === undefined) || (record && model === undefined)) return undefined;
  if (rekey && model !== undefined) return undefined;
  const source: SourceOptions =
    model !== undefined && policy !== undefined
      ? { kind: 'model', alias: model, policyFile: policy, record }
      : { kind: rekey ? 'rekey' : 'replay' };
  return { prompts, times: source.kind === 'rekey' ? 1 : times, json, source };
}
