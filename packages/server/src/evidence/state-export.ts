import type { PostgresLog } from '@duovir/ledger';
import type { EvidenceExportRequest, EvidenceExportView } from '@duovir/protocol';
import { stateAudit, type AuditParts } from '../audit/state-audit.ts';
import { ServerError } from '../error.ts';

/** Says in the ledger that a person has exported evidence: the statement signs the manifest. Said twice, it is one entry. */
export async function stateExport(
  parts: AuditParts & { readonly log: Pick<PostgresLog, 'cosignedCheckpoint'> },
  person: string,
  { manifest, scope, from, to, size, first }: EvidenceExportRequest,
): Promise<EvidenceExportView> {
  const { size: most } = await parts.log.cosignedCheckpoint();
  if (size > most)
    throw new ServerError('request-invalid', `The ledger has ${most} entries.`, undefined, [
      { pointer: '/size', message: `at most ${most}` },
    ]);
  const key = `evidence-export/${person}/${manifest.slice('sha256:'.length)}`;
  const predicate = { person, scope, from, to, size, first };
  const { index, envelope } = await stateAudit(parts, 'evidence-export', predicate, { subject: manifest, key });
  return { entry: index, envelope, proof: await parts.ledger.prove(index) };
}
