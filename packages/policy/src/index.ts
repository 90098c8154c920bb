export { isDenied } from './finding/finding.ts';
export { policyFloor } from './floor/floor.ts';
export { riskClassOf } from './risk/risk-class.ts';
