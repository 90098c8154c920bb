import { checkpointViewSchema, contextEntrySchema, ledgerProofViewSchema, MOST_CHECKPOINTS } from '@duovir/protocol';
import * as z from 'zod';
import { countedLines } from './counted-lines.ts';
import type { Transport } from './transport.ts';

type CheckpointView = z.output<typeof checkpointViewSchema>;
type ContextEntryView = z.output<typeof contextEntrySchema>;

/** What the ledger is verified with. What is given proves itself, or does not. */
export interface ProofCalls {
  /** C2SP tlog-proof text. */
  ledgerProof(index: number): Promise<string>;
  /** The newest cosigned checkpoint. */
  ledgerCheckpoint(): Promise<string>;
  /** Cosigned checkpoints up to `size`, oldest first: at most `limit`, spread over the whole log. */
  ledgerCheckpoints(size: number, limit?: number): Promise<CheckpointView[]>;
  /** Entries before `first` on which those from it up to, without, `size` rest; oldest first. */
  ledgerContext(first: number, size: number): AsyncGenerator<ContextEntryView>;
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
    ledgerContext: async function* (first, size) {
      const { body } = await transport.send({ path: '/v1/ledger/context', query: { first, size } });
      yield* countedLines(body, contextEntrySchema, 'entries');
    },
    ledgerTile: (name) => transport.bytes({ path: `/v1/ledger/tile/${name}` }),
  };
}
