import { planSchema, type WhyAnswer } from '@duovir/protocol';
import type { SettingRecord } from '@duovir/engine';
import { runEntries } from '../api/run-entries.ts';
import type { Api } from '../api/ports.ts';
import type { Reader } from '../access/reader.ts';
import { ServerError } from '../error.ts';
import { chainOf, kindsOfChain } from './chain.ts';
import { Story } from './story.ts';

type Value = WhyAnswer['value'];
type Sources = Pick<Api, 'settings' | 'events' | 'documents' | 'motions' | 'log'>;

const OLDEST = 20;

/** Answers from the newest setting of this value back to the request that led to it. */
export async function explain(
  sources: Sources,
  { target, resource, path }: { readonly target: string; readonly resource: string; readonly path: string },
  reader: Reader,
): Promise<WhyAnswer> {
  const [setting, ...others] = await sources.settings.history(target, resource, path, OLDEST);
  // A value that another's run has set is not explained; an older one in its place would be no answer either.
  const mayKnow = setting !== undefined && (await reader.mayRead(setting.run));
  const older = await reader.readable(others, ({ run }) => run);
  if (!mayKnow) throw new ServerError('setting-unknown', `Nothing is known about ${path} of ${resource} in ${target}.`);
  const [entries, events] = await Promise.all([
    runEntries(sources.log, setting.run, kindsOfChain),
    sources.events.ofRun(setting.run),
  ]);
  const planned = await plannedBefore(sources, setting);
  const settled = older.filter(({ run }) => run !== setting.run).map(({ value }) => value);
  return {
    target,
    resource,
    path,
    value: setting.value,
    run: setting.run,
    step: setting.step,
    before: distinct([...settled.toReversed(), ...planned], setting.value),
    chain: chainOf(setting, new Story(entries, events)),
  };
}

/** Values that earlier plans of the run had for it, oldest first: what a heal replaced was never settled. */
async function plannedBefore({ motions, documents }: Sources, setting: SettingRecord): Promise<Value[]> {
  const values: Value[] = [];
  for (const { digest } of await motions.ofRun(setting.run)) {
    if (digest === setting.motion) break;
    const plan = planSchema.parse(await documents.get(digest));
    const step = plan.steps.find(({ id }) => id === setting.step);
    const same = step?.settings.find(({ resource, path }) => resource === setting.resource && path === setting.path);
    if (same) values.push(same.value);
  }
  return values;
}

function distinct(values: readonly Value[], last: Value): Value[] {
  return values.filter((value, at) => value !== (values[at + 1] ?? last));
}
