import * as z from 'zod';
import { digestSchema, evidenceSchema } from '@duovir/protocol';
import type { Reader } from '../access/reader.ts';
import { debateOf } from '../debate/debate-view.ts';
import { ServerError } from '../error.ts';
import type { MotionRecord } from '../store/motions.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import type { Api } from './ports.ts';
import { runEntries } from './run-entries.ts';

const motionParameters = z.strictObject({ motion: digestSchema });

export function debateEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/motions/{motion}/debate',
      operation: 'getDebate',
      summary:
        'How a motion came to its verdict: both votes, findings, answers, tests, people, and the rule they are counted by.',
      access: { action: 'read', resource: 'runs' },
      parameters: motionParameters,
      answer: 'Debate',
      handle: async ({ parameters: { motion }, reader }) => debateOf(api, await readable(api, reader, motion)),
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/motions/{motion}/evidence',
      operation: 'getEvidence',
      summary:
        'What reviewers were shown of a motion besides its plan: request, class, checks, difference, dry run, state.',
      access: { action: 'read', resource: 'runs' },
      parameters: motionParameters,
      answer: 'Evidence',
      handle: async ({ parameters: { motion }, reader }) => {
        const { run } = await readable(api, reader, motion);
        const frozen = await runEntries(api.log, run, ['motion']);
        const last = frozen.findLast(({ statement }) => statement.subject === motion);
        if (!last) throw new ServerError('motion-unknown', `There is no motion ${motion}.`);
        return evidenceSchema.parse(await api.documents.get(last.statement.predicate.evidence));
      },
    }),
  ];
}

/** One whose run may not be read does not exist for this reader. */
async function readable(api: Api, reader: Reader, motion: string): Promise<MotionRecord> {
  const record = await api.motions.find(motion);
  if (!record || !(await reader.mayRead(record.run)))
    throw new ServerError('motion-unknown', `There is no motion ${motion}.`);
  return record;
}
