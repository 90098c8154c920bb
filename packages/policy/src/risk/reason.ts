import type { RiskClass } from '@duovir/protocol';

/** Why a plan is at least of this class; the name is a rule id. */
export interface RiskReason {
  readonly riskClass: RiskClass;
  readonly rule: string;
}

const order: readonly RiskClass[] = ['R0', 'R1', 'R2', 'R3', 'R4'];

export function riskRank(riskClass: RiskClass): number {
  return order.indexOf(riskClass);
}

/** The highest class named; every reason counts, none can lower it. */
export function highestRisk(reasons: readonly RiskReason[]): RiskClass {
  return reasons.reduce<RiskClass>(
    (highest, reason) => (riskRank(reason.riskClass) > riskRank(highest) ? reason.riskClass : highest),
    'R0',
  );
}
