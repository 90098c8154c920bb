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
  /**
   * What the entries from `first` up to, without, `size` commit to, and the older ones that these rest on, as far as it is shown;
   * by entry, then commitment.
   */
  openings(first: number, size: number): AsyncGenerator<BlobOpening>;
  /** Has the server state in the ledger that this was exported. */
  exportEvidence(request: EvidenceExportRequest): Promise<EvidenceExportView>;
}

export function evidenceCalls(transport: Transport): EvidenceCalls {
  return {
    openings: async function* (first, size) {
      const { body } = await transport.send({ path: '/v1/evidence/openings', query: { first, size } });
      yield* countedLines(body, blobOpeningSchema, 'openings');
    },
    exportEvidence: (body) => transport.json({ path: '/v1/evidence', body }, evidenceExportViewSchema),
  };
}
