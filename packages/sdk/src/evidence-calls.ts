import {
  blobOpeningSchema,
  evidenceExportViewSchema,
  type BlobOpening,
  type EvidenceExportRequest,
  type EvidenceExportView,
} from '@duovir/protocol';
import { countedLines } from './counted-lines.ts';
import type { Transport } from './transport.ts';

export interface EvidenceCalls {
  /** What the entries from `from` up to, without, `to` commit to, as far as it is shown; by entry, then commitment. */
  openings(from: number, to: number): AsyncGenerator<BlobOpening>;
  /** Has the server state in the ledger that this was exported. */
  exportEvidence(request: EvidenceExportRequest): Promise<EvidenceExportView>;
}

export function evidenceCalls(transport: Transport): EvidenceCalls {
  return {
    openings: async function* (from, to) {
      const { body } = await transport.send({ path: '/v1/evidence/openings', query: { from, to } });
      yield* countedLines(body, blobOpeningSchema, 'openings');
    },
    exportEvidence: (body) => transport.json({ path: '/v1/evidence', body }, evidenceExportViewSchema),
  };
}
