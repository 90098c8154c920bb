import { opinionDetailSchema, type Digest, type OpinionDetail } from '@duovir/protocol';
import type { Documents } from '../store/documents.ts';

/** The words that an opinion commits to. Those that were shredded leave the signed verdict behind. */
export async function opinionWords(
  documents: Pick<Documents, 'committed'>,
  run: string,
  commitment: Digest,
): Promise<OpinionDetail> {
  const stored = await documents.committed(run, commitment);
  return stored === undefined ? { rationale: '', findings: [] } : opinionDetailSchema.parse(stored);
}
