import type { CallPurpose, Digest, Model, PlaceholderKind } from '@duovir/protocol';
import type { LevelLimits } from '../budget/level.ts';
import type { Price } from '../price/price.ts';
import type { ModelPrompt } from '../provider/ask-model.ts';
import type { RunFacts, SensitiveFacts } from './ports.ts';

/** A call to a model that may be made: all that was decided about it before its first try. */
export interface Call {
  readonly id: string;
  readonly facts: RunFacts;
  readonly principal: string;
  readonly purpose: CallPurpose;
  readonly question: Digest;
  readonly model: Model;
  readonly price: Price;
  readonly levels: readonly LevelLimits[];
  readonly sensitive: SensitiveFacts;
  readonly prompt: ModelPrompt;
  readonly redactions: Partial<Record<PlaceholderKind, number>>;
  /** Aborted by its deadline, by the kill switch and at the end of the gateway. */
  readonly signal: AbortSignal;
}
