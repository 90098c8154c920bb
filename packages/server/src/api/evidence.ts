import type { ExcerptRange } from '@duovir/ledger';
import { readOpenings } from '../evidence/read-openings.ts';
import { stateExport } from '../evidence/state-export.ts';
import { jsonEndpoint, rawEndpoint, type Endpoint } from './endpoint.ts';
import { excerptLines, excerptQuery, LINES } from './excerpt-lines.ts';
import type { Api } from './ports.ts';

export function evidenceEndpoints(api: Api): Endpoint[] {
  return [
    rawEndpoint({
      method: 'get',
      path: '/v1/evidence/openings',
      operation: 'readOpenings',
      summary:
        'What entries commit to from `first` up to `size`, and older ones that those rest on: opened or withheld, one line each; the last line counts them.',
      access: { action: 'audit', resource: 'runs' },
      query: excerptQuery,
      media: LINES,
      schema: 'OpeningLine',
      handle: async ({ query, reader }) => excerptLines(api, query, openingLines(api, reader, query)),
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
