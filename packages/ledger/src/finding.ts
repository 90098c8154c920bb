import type { Fact } from './fact.ts';

/** Something an auditor must know: where, which rule is broken, and what that means. */
export interface Finding {
  readonly entry?: number;
  /** Relative to the log's folder. */
  readonly file?: string;
  readonly rule: string;
  readonly consequence: string;
}

/** What is wrong with one entry. */
export function findingAt({ index }: Pick<Fact, 'index'>, rule: string, consequence: string): Finding {
  return { entry: index, rule, consequence };
}
