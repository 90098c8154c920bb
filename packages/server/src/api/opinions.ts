import type { OpinionView } from '@duovir/protocol';
import { opinionWords } from '../debate/opinion-words.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import { runParameters } from './parameters.ts';
import type { Api } from './ports.ts';
import { runEntries, type ReadEntry } from './run-entries.ts';

export function opinionEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/runs/{run}/opinions',
      operation: 'listOpinions',
      summary: 'Every opinion with its findings, its ledger entry and the signed envelope.',
      access: { action: 'read', resource: 'run' },
      parameters: runParameters,
      answer: 'Opinions',
      handle: async ({ parameters: { run } }) => {
        const opinions = await runEntries(api.log, run, ['opinion']);
        return { items: await Promise.all(opinions.map((opinion) => viewOf(api, opinion))) };
      },
    }),
  ];
}

async function viewOf(api: Api, { index, principal, envelope, statement }: ReadEntry<'opinion'>): Promise<OpinionView> {
  const { mandate, verdict, commitment } = statement.predicate;
  const detail = await opinionWords(api.documents, statement.run, commitment);
  return { motion: statement.subject, reviewer: principal, mandate, verdict, detail, entry: index, envelope };
}
