import type { QuorumRule, TrustPolicy } from '@duovir/protocol';

/** The classes that can be carried at all, the lowest first. */
export const accountableClasses = ['R0', 'R1', 'R2', 'R3'] as const;
export type AccountableClass = (typeof accountableClasses)[number];

export interface ClassRule {
  readonly riskClass: AccountableClass;
  readonly rule: QuorumRule;
}

export function classRules({ quorum }: TrustPolicy): ClassRule[] {
  return accountableClasses.flatMap((riskClass) => {
    const rule = quorum[riskClass];
    return rule ? [{ riskClass, rule }] : [];
  });
}
