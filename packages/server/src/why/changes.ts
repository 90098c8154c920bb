import type { WhyChange } from '@duovir/protocol';
import type { Reader } from '../access/reader.ts';
import { decodeCursor } from '../api/parameters.ts';
import type { Api } from '../api/ports.ts';
import { readablePage } from '../api/readable-page.ts';
import { ServerError } from '../error.ts';
import type { ChangeFilter, IndexedValue } from '../store/attested-values.ts';
import { changeOf } from './explain.ts';

type Sources = Pick<Api, 'attestedValues' | 'whyIndex' | 'trustPolicies'>;

export interface ChangesQuestion {
  /** A run, or the digest of a motion or a verdict. */
  readonly decision?: string | undefined;
  readonly agent?: string | undefined;
  /** A version of the trust policy. */
  readonly policy?: number | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** What a decision, an agent or a trust policy has changed, newest first. */
export async function changesOf(
  sources: Sources,
  question: ChangesQuestion,
  reader: Reader,
): Promise<{ items: WhyChange[]; cursor: string | null }> {
  await sources.whyIndex.catchUp();
  const filters = await filtersOf(sources, question);
  const page = await readablePage({
    limit: question.limit,
    from: decodeCursor(question.cursor),
    read: (limit, from) => newest(sources, filters, limit, from),
    positionOf: ({ place }) => place,
    readable: (values) => reader.readable(values, ({ run }) => run),
  });
  return { items: page.items.map(changeOf), cursor: page.cursor };
}

async function newest(
  { attestedValues }: Sources,
  filters: readonly ChangeFilter[],
  limit: number,
  from: number | undefined,
): Promise<IndexedValue[]> {
  const lists = await Promise.all(filters.map((filter) => attestedValues.changes(filter, limit, from)));
  return lists
    .flat()
    .toSorted((left, right) => right.place - left.place)
    .slice(0, limit);
}

/** A digest may be that of a motion or of a verdict: it cannot be both. */
async function filtersOf(sources: Sources, { decision, agent, policy }: ChangesQuestion): Promise<ChangeFilter[]> {
  const given = [decision, agent, policy].filter((word) => word !== undefined);
  if (given.length !== 1)
    throw new ServerError('request-invalid', 'Ask for one of decision, agent and policy.', undefined, [
      { pointer: 'decision', message: 'one of decision, agent and policy' },
    ]);
  if (agent !== undefined) return [{ by: 'principal', is: agent }];
  if (decision?.startsWith('run-')) return [{ by: 'run', is: decision }];
  if (decision !== undefined)
    return [
      { by: 'motion', is: decision },
      { by: 'verdict', is: decision },
    ];
  const kept = (await sources.trustPolicies.all()).find(({ version }) => version === policy);
  if (!kept) throw new ServerError('trust-policy-unknown', `There is no version ${policy} of the trust policy.`);
  return [{ by: 'policy', is: kept.digest }];
}
