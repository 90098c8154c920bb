import { canonicalJson, envelopeDigest, type Envelope } from '@duovir/protocol';
import { LedgerError } from './error.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { openRestore, rootDigest, type TrustedRestore } from './restore.ts';
import type { Memory } from './witness-state.ts';

/** What becomes of a decision that is handed in. */
export type RestoreAnswer =
  | { readonly kind: 'forget'; readonly restore: TrustedRestore }
  /** It was handed in before, and nothing has been cosigned since. */
  | { readonly kind: 'forgotten' };

/**
 * Whether what was seen of a log gives way to what is left of it: only for a decision that the officer has signed about exactly
 * that, so that it works once, and covers no other loss. Throws `restore-forged` or `restore-mismatch`.
 * @param officer raw public key in base64, as pinned in the witness's own folder
 */
export function decideRestore(
  envelope: Envelope,
  officer: string,
  memoryOf: (origin: string) => Memory,
): RestoreAnswer {
  const restore = open(envelope, officer);
  const { origin, size, root, lost, lostRoot } = restore.decision;
  if (size === 0 && root !== rootDigest(EMPTY_ROOT))
    throw new LedgerError('restore-mismatch', 'Nothing is left, and it is said to have entries.');
  const memory = memoryOf(origin);
  switch (memory.kind) {
    case 'nothing':
      throw new LedgerError('restore-mismatch', `The witness has seen nothing of ${origin} that could be lost.`);
    case 'restored':
      if (canonicalJson(memory.envelope) === canonicalJson(envelope)) return { kind: 'forgotten' };
      throw new LedgerError(
        'restore-mismatch',
        'Another loss has been decided, and the log has not been heard of since: it has to go on from what was left then.',
      );
    case 'seen': {
      const { checkpoint } = memory;
      if (size >= lost || lost !== checkpoint.size || lostRoot !== rootDigest(checkpoint.root))
        throw new LedgerError(
          'restore-mismatch',
          `The decision ${envelopeDigest(envelope)} is about ${lost} entries; the witness has seen ${checkpoint.size}, or others.`,
        );
      return { kind: 'forget', restore };
    }
  }
}

function open(envelope: Envelope, officer: string): TrustedRestore {
  try {
    return openRestore(envelope, officer);
  } catch (cause) {
    throw new LedgerError('restore-forged', 'The pinned officer key has not signed this decision.', cause);
  }
}
