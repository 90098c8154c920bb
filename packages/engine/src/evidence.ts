import { evidenceSchema, type Evidence } from '@duovir/protocol';
import type { FrozenMotion } from './motion.ts';
import type { Ports } from './ports.ts';

/** What the reviewers of a motion are shown besides its bytes. */
export async function loadEvidence({ documents }: Ports, { evidence }: FrozenMotion): Promise<Evidence> {
  return evidenceSchema.parse(await documents.get(evidence));
}
