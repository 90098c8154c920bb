import * as z from 'zod';
import { readOpenings } from '../evidence/read-openings.ts';
import { stateExport } from '../evidence/state-export.ts';
import { ServerError } from '../error.ts';
import { jsonEndpoint, rawEndpoint, type Endpoint } from './endpoint.ts';
import type { Api } from './ports.ts';

const MEDIA = 'application/x-ndjson';
const index = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

export function evidenceEndpoints(api: Api): Endpoint[] {
  return [
    rawEndpoint({
      method: 'get',
      path: '/v1/evidence/openings',
      operation: 'readOpenings',
      summary: 'What entries commit to, opened or withheld, one line each; the last line says how many there were.',
      access: { action: 'audit', resource: 'runs' },
      query: z.strictObject({ from: index, to: index }),
      media: MEDIA,
      schema: 'OpeningLine',
      handle: async ({ query: { from, to }, reader }) => {
        const { size } = await api.log.cosignedCheckpoint();
        if (from > to || to > size)
          throw new ServerError('request-invalid', `The ledger has ${size} entries.`, undefined, [
            { pointer: 'to', message: `from \`from\` to ${size}` },
          ]);
        const lines = ReadableStream.from(openingLines(api, reader, from, to));
        return new Response(lines.pipeThrough(new TextEncoderStream()), { headers: { 'content-type': MEDIA } });
      },
    }),
    jsonEndpoint({
      method: 'post',
      path: '/v1/evidence',
      operation: 'exportEvidence',
      summary: 'States in the ledger that this evidence was exported, which signs its manifest, and proves it.',
      access: { action: 'audit', resource: 'installation' },
      body: 'EvidenceExportRequest',
      answer: 'EvidenceExport',
      status: 201,
      handle: async ({ body, person }) => stateExport(api, person, body),
    }),
  ];
}

async function* openingLines(
  api: Api,
  reader: Parameters<typeof readOpenings>[0]['reader'],
  from: number,
  to: number,
): AsyncGenerator<string> {
  let openings = 0;
  for await (const opening of readOpenings({ ...api, reader }, from, to)) {
    openings += 1;
    yield `${JSON.stringify(opening)}\n`;
  }
  yield `${JSON.stringify({ openings })}\n`;
}
