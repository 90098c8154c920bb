import { pointer } from '../finding/pointer.ts';
import { trustRules, type TrustRule } from './trust-rule.ts';

/** What is wrong with a trust policy, at one place of it. */
export interface TrustFinding {
  readonly id: TrustRule;
  /** An error is never applied; a warning may be, by somebody who has read it. */
  readonly level: 'error' | 'warning';
  /** JSON pointer (RFC 6901). */
  readonly at: string;
  readonly sentence: string;
  readonly remedy: string;
}

export function trustFinding(id: TrustRule, place: readonly (string | number)[], sentence: string): TrustFinding {
  const [level, remedy] = trustRules[id];
  return { id, level, at: pointer(...place), sentence, remedy };
}
