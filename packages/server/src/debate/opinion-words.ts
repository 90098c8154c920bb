import { opinionDetailSchema, type Digest, type OpinionDetail } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import type { Documents } from '../store/documents.ts';

/** The words that an opinion commits to. Those that were shredded leave the signed verdict behind, and say so. */
export async function opinionWords(
  documents: Pick<Documents, 'committed'>,
  run: string,
  commitment: Digest,
): Promise<OpinionDetail> {
  try {
    const stored = await documents.committed(run, commitment);
    return stored === undefined ? { rationale: '', findings: [] } : opinionDetailSchema.parse(stored);
  } catch (error) {
    if (!(error instanceof ServerError) || error.code !== 'document-shredded') throw error;
    return { rationale: error.message, findings: [] };
  }
}
