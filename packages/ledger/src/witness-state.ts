import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, envelopeSchema, restoreDecisionSchema, type Envelope } from '@duovir/protocol';
import { CheckpointSlots } from './checkpoint-slots.ts';
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { replaceFile } from './durable-file.ts';
import { LedgerError } from './error.ts';
import { leftOf, type TrustedRestore } from './restore.ts';

/** Of one log. */
export type Memory =
  | { readonly kind: 'nothing' }
  /** The newest checkpoint, as the log has signed it. */
  | { readonly kind: 'seen'; readonly note: string; readonly checkpoint: Checkpoint }
  /** The officer has said what is lost, and the log has not been heard of since: it goes on from what is left, as if that had been seen last. */
  | { readonly kind: 'restored'; readonly envelope: Envelope; readonly checkpoint: Checkpoint };

/** No origin of a log begins like this. */
const RESTORED = '\nduovir-restored/v1\n';

/** What a witness remembers. A witness that forgets can be made to cosign a fork, so every change is on disk first. */
export class WitnessState {
  readonly #folder: string;
  readonly #slots: ReadonlyMap<string, CheckpointSlots>;

  private constructor(folder: string, slots: ReadonlyMap<string, CheckpointSlots>) {
    this.#folder = folder;
    this.#slots = slots;
  }

  /** One file per log in `folder`. Throws `witness-state-corrupt` or `witness-state-outdated`. */
  static open(folder: string, origins: Iterable<string>): WitnessState {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = (origin: string): string => join(folder, hash('sha256', origin));
    const slots = new Map(Array.from(origins, (origin) => [origin, CheckpointSlots.open(file(origin))]));
    const state = new WitnessState(folder, slots);
    // What cannot be understood is no reason to answer as if nothing had been seen.
    for (const origin of slots.keys()) state.memory(origin);
    return state;
  }

  memory(origin: string): Memory {
    const kept = this.#slots.get(origin)?.newest;
    if (kept === undefined) return { kind: 'nothing' };
    if (!kept.startsWith(RESTORED)) return { kind: 'seen', note: kept, checkpoint: parseCheckpoint(kept) };
    const envelope = envelopeSchema.parse(JSON.parse(kept.slice(RESTORED.length)));
    return { kind: 'restored', envelope, checkpoint: leftBy(envelope) };
  }

  /** Durable when it returns. */
  record(origin: string, note: string): void {
    this.#slots.get(origin)?.write(note);
  }

  /** Forgets what it has seen of a log, and why; the decision itself is kept for ever. Durable when it returns. */
  forget({ decision: { origin }, signature }: TrustedRestore, envelope: Envelope): void {
    const text = canonicalJson(envelope);
    const folder = join(this.#folder, 'restores');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    replaceFile(join(folder, `${signature.slice('sha256:'.length)}.json`), Buffer.from(`${text}\n`));
    this.#slots.get(origin)?.write(RESTORED + text);
  }
}

/** What the officer has said is still there. Nothing was kept that the officer had not signed. */
function leftBy(envelope: Envelope): Checkpoint {
  const payload: unknown = JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8'));
  const decision = restoreDecisionSchema.safeParse(payload);
  // Before its schema had a root, nothing said which entries were left: whatever came next would be cosigned.
  if (!decision.success)
    throw new LedgerError(
      'witness-state-outdated',
      'The loss that the witness was told of does not say what was left.',
    );
  return leftOf(decision.data);
}
