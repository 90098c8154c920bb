import { parseHash } from './base64.ts';
import { parseCheckpointText, type Checkpoint } from './checkpoint.ts';
import { verifyConsistency } from './consistency.ts';
import { parseDecimal } from './decimal.ts';
import { LedgerError } from './error.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { openNote } from './note.ts';
import { parseVkey } from './vkey.ts';
import type { Memory } from './witness-state.ts';

const MAX_PROOF_LINES = 63;

/** What a witness answers to add-checkpoint (C2SP tlog-witness). */
export type WitnessDecision =
  | {
      readonly kind: 'cosign';
      readonly text: string;
      readonly note: string;
      readonly next: Checkpoint;
      /** With which the log has signed it. */
      readonly vkey: string;
      /** Otherwise it changes nothing that would have to be written again. */
      readonly isNew: boolean;
    }
  /** The log must prove from this size. */
  | { readonly kind: 'conflict'; readonly size: number }
  | { readonly kind: 'refuse'; readonly status: 400 | 403 | 404 | 422; readonly reason: string };

const refuse = (status: 400 | 403 | 404 | 422, reason: string): WitnessDecision => ({ kind: 'refuse', status, reason });

interface AddCheckpoint {
  readonly oldSize: number;
  readonly proof: readonly Buffer[];
  readonly note: string;
}

function parseBody(body: string): AddCheckpoint | undefined {
  const gap = body.indexOf('\n\n');
  const [oldLine, ...lines] = body.slice(0, Math.max(gap, 0)).split('\n');
  const oldSize = oldLine?.startsWith('old ') ? parseDecimal(oldLine.slice('old '.length)) : undefined;
  const proof = lines.map(parseHash).filter((value) => value !== undefined);
  if (gap < 0 || oldSize === undefined || proof.length !== lines.length || proof.length > MAX_PROOF_LINES)
    return undefined;
  return { oldSize, proof, note: body.slice(gap + 2) };
}

interface OpenedCheckpoint {
  readonly text: string;
  readonly next: Checkpoint;
  readonly vkey: string;
}

/** Undefined when the log has not signed this note, or what it signed is no checkpoint of it. */
function openOwn(note: string, vkey: string): OpenedCheckpoint | undefined {
  try {
    const { text } = openNote(note, [vkey]);
    const next = parseCheckpointText(text);
    return next.origin === parseVkey(vkey).name ? { text, next, vkey } : undefined;
  } catch (error) {
    if (error instanceof LedgerError) return undefined;
    throw error;
  }
}

function isExtension({ oldSize, proof }: AddCheckpoint, next: Checkpoint, seen: Checkpoint | undefined): boolean {
  if (next.size === 0 && !next.root.equals(EMPTY_ROOT)) return false;
  if (oldSize === 0) return proof.length === 0 && (next.size > 0 || next.root.equals(EMPTY_ROOT));
  try {
    verifyConsistency(oldSize, next.size, proof, seen?.root ?? EMPTY_ROOT, next.root);
    return true;
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
}

/**
 * Whether to cosign: only a checkpoint of a known log that extends the newest one seen. Forks, rollbacks and unknown
 * logs are refused. The caller makes `next` durable before it signs.
 * @param vkeysOf verifier keys of a log, by its origin; none for one that is not watched
 */
export function decideCosignature(
  body: string,
  vkeysOf: (origin: string) => readonly string[],
  memoryOf: (origin: string) => Memory,
): WitnessDecision {
  const added = parseBody(body);
  if (!added) return refuse(400, 'malformed request');
  const origin = added.note.slice(0, Math.max(added.note.indexOf('\n'), 0));
  const vkeys = vkeysOf(origin);
  if (vkeys.length === 0) return refuse(404, 'unknown log');
  const opened = vkeys.map((vkey) => openOwn(added.note, vkey)).find((one) => one !== undefined);
  if (!opened) return refuse(403, 'not signed by this log');
  const { text, next, vkey } = opened;
  if (added.oldSize > next.size) return refuse(400, 'the old size is above the new one');
  const memory = memoryOf(origin);
  // After a loss it is what the officer has said is left: "restored" opens no way to begin anew (Invariant 9).
  const last = memory.kind === 'nothing' ? undefined : memory.checkpoint;
  if ((last?.size ?? 0) !== added.oldSize) return { kind: 'conflict', size: last?.size ?? 0 };
  if (!isExtension(added, next, last)) return refuse(422, 'not an extension of what was cosigned before');
  const isNew = memory.kind !== 'seen' || memory.checkpoint.size !== next.size;
  return { kind: 'cosign', text, note: added.note, next, vkey, isNew };
}
