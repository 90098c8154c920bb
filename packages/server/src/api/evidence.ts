import type { ExcerptRange } from '@duovir/ledger';
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
      summary:
        'What entries commit to from `first` up to `size`, and older ones that those rest on: opened or withheld, one line each; the last line counts them.',
      access: { action: 'audit', resource: 'runs' },
      query: z.strictObject({ first: index, size: index }),
      media: MEDIA,
      schema: 'OpeningLine',
      handle: async ({ query, reader }) => {
        const { size } = await api.log.cosignedCheckpoint();
        if (query.first > query.size || query.size > size)
          throw new ServerError('request-invalid', `The ledger has ${size} entries.`, undefined, [
            { pointer: 'size', message: `from \`first\` to ${size}` },
          ]);
        const lines = ReadableStream.from(openingLines(api, reader, query));
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
  range: ExcerptRange,
): AsyncGenerator<string> {
  let openings = 0;
  for await (const opening of readOpenings({ ...api, reader }, range)) {
    openings += 1;
    yield `${JSON.stringify(opening)}\n`;
  }
  yield `${JSON.stringify({ openings })}\n`;
}
