import {
  formatValuePath,
  parseValuePath,
  pointerOf,
  type WhyAnswer,
  type WhyChange,
  type WhyValue,
} from '@duovir/protocol';
import { runEntries } from '../api/run-entries.ts';
import type { Api } from '../api/ports.ts';
import type { Reader } from '../access/reader.ts';
import { ServerError } from '../error.ts';
import type { IndexedValue } from '../store/attested-values.ts';
import { chainOf, kindsOfChain } from './chain.ts';
import { valuesOfStep } from './extract/step-values.ts';
import { findValue } from './find-value.ts';
import { readPlan } from './read-plan.ts';
import { Story } from './story.ts';
import { indexAt } from './time-index.ts';
import { wordsOf } from './value-words.ts';

type Sources = Pick<Api, 'attestedValues' | 'whyIndex' | 'events' | 'documents' | 'motions' | 'log' | 'trust'>;

export interface WhyQuestion {
  readonly target: string;
  readonly resource: string;
  /** Undefined: the resource as a whole, or its port. */
  readonly path?: string | undefined;
  /** A time, or the index of an entry: as it was then. */
  readonly at?: string | undefined;
}

/** Answers from the newest time a value was set back to the request that led to it. */
export async function explain(sources: Sources, question: WhyQuestion, reader: Reader): Promise<WhyAnswer> {
  const { log, whyIndex } = sources;
  await whyIndex.catchUp();
  const { size } = log.status();
  const at = question.at === undefined ? size - 1 : await indexAt(log, question.at);
  const paths = question.path === undefined ? [[], ['port']] : [pathOf(question.path)];
  const found = await findValue(sources, { ...question, paths, at });
  if (!found) throw unknown(question);
  const { value } = found;
  const [mayKnow, history, ...told] = await Promise.all([
    reader.mayRead(value.run),
    reader.readable(found.history, ({ run }) => run),
    runEntries(log, value.run, kindsOfChain),
    sources.events.ofRun(value.run),
    plannedBefore(sources, value),
  ]);
  // A value that another's run has set is not explained; an older one in its place would be no answer either.
  if (!mayKnow) throw unknown(question);
  const [entries, events, planned] = told;
  const then = entries.filter(({ index }) => index <= Math.max(at, value.entry));
  return { ...answerOf(sources, value, new Story(then, events)), ...valuesOf(value, history, planned), size };
}

/** Who decided it, as the entries of its run tell. */
function answerOf(
  { trust }: Sources,
  value: IndexedValue,
  story: Story,
): Omit<WhyAnswer, 'before' | 'history' | 'size'> {
  const change = changeOf(value);
  const permit = story.last(
    'permit',
    ({ index, statement }) => index < value.entry && statement.predicate.step === value.step,
  );
  const digest = permit?.statement.predicate.trustPolicy;
  const [settlement] = story.all('settlement');
  const approvals = story.all('approval', ({ statement }) => statement.subject === value.motion);
  return {
    ...change,
    requester: story.all('request')[0]?.statement.predicate.requester ?? null,
    people: approvals.map(({ principal, statement, index }) => ({
      person: principal,
      verdict: statement.predicate.verdict,
      entry: index,
    })),
    policy: digest === undefined ? null : { version: trust.known(digest)?.policy.version ?? null, digest },
    cost: settlement
      ? {
          tokens: settlement.statement.predicate.tokens,
          microUsd: settlement.statement.predicate.microUsd,
          entry: settlement.index,
        }
      : null,
    chain: chainOf(value, story, wordsOf(change)),
  };
}

/** Oldest first: what was settled before, and what plans of this run had for it that a heal replaced before it was settled. */
function valuesOf(
  value: IndexedValue,
  history: readonly IndexedValue[],
  planned: readonly WhyValue[],
): Pick<WhyAnswer, 'before' | 'history'> {
  const settled = history.filter(({ run, entry }) => run !== value.run && entry < value.entry).toReversed();
  const before = distinct([...settled.map((earlier) => earlier.value), ...planned], value.value);
  return { before, history: history.map(changeOf) };
}

function pathOf(text: string): readonly string[] {
  const path = parseValuePath(text);
  if (path) return path;
  throw new ServerError('request-invalid', 'The path cannot be read.', undefined, [
    { pointer: 'path', message: 'a JSON pointer, or names and positions as in spec.containers[0].image' },
  ]);
}

function unknown({ target, resource, path }: WhyQuestion): ServerError {
  const what = path === undefined || path === '' ? resource : `${path} of ${resource}`;
  return new ServerError('setting-unknown', `Nobody here decided this: nothing is known about ${what} in ${target}.`);
}

export function changeOf({ path, ...value }: IndexedValue): WhyChange {
  const { place: _, ...change } = value;
  return { ...change, path: formatValuePath(path), pointer: pointerOf(path) };
}

/** Of earlier plans of its run. */
async function plannedBefore({ motions, documents }: Sources, value: IndexedValue): Promise<WhyValue[]> {
  const values: WhyValue[] = [];
  for (const { digest } of await motions.ofRun(value.run)) {
    if (digest === value.motion) break;
    const plan = await readPlan(documents, value.run, digest);
    const same = (plan ? valuesOfStep(plan, value.step) : []).find(
      ({ resource, path }) => resource === value.resource && pointerOf(path) === pointerOf(value.path),
    );
    if (same) values.push(same.value);
  }
  return values;
}

function distinct(values: readonly WhyValue[], last: WhyValue): WhyValue[] {
  return values.filter((value, at) => JSON.stringify(value) !== JSON.stringify(values[at + 1] ?? last));
}
