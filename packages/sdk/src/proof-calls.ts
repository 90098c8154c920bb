import { checkpointViewSchema, ledgerProofViewSchema, MOST_CHECKPOINTS } from '@duovir/protocol';
import * as z from 'zod';
import type { Transport } from './transport.ts';

type CheckpointView = z.output<typeof checkpointViewSchema>;

/** What the ledger is verified with. Nothing of it has to be believed: it proves itself, or does not. */
export interface ProofCalls {
  /** C2SP tlog-proof text. */
  ledgerProof(index: number): Promise<string>;
  /** The newest cosigned checkpoint. */
  ledgerCheckpoint(): Promise<string>;
  /** Cosigned checkpoints up to `size`, oldest first: at most `limit`, spread over the whole log. */
  ledgerCheckpoints(size: number, limit?: number): Promise<CheckpointView[]>;
  /** A tile or bundle by its C2SP name below `tile/`. */
  ledgerTile(name: string): Promise<Uint8Array>;
}

export function proofCalls(transport: Transport): ProofCalls {
  return {
    ledgerProof: async (index) =>
      (await transport.json({ path: `/v1/ledger/proof/${index}` }, ledgerProofViewSchema)).proof,
    ledgerCheckpoint: () => transport.text({ path: '/v1/ledger/checkpoint' }),
    ledgerCheckpoints: async (size, limit = MOST_CHECKPOINTS) => {
      const answer = z.strictObject({ items: z.array(checkpointViewSchema).max(limit) });
      return (await transport.json({ path: '/v1/ledger/checkpoints', query: { size, limit } }, answer)).items;
    },
    ledgerTile: (name) => transport.bytes({ path: `/v1/ledger/tile/${name}` }),
  };
}
