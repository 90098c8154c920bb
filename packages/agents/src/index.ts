export { AgentError, type AgentErrorCode } from './error.ts';
export { installedPacks, packsFolder } from './installation.ts';
export { createPlanner, type PlannerParts } from './planner/planner.ts';
export { checkPack, checkPlaybookFile, loadPacks, type Pack } from './playbook/pack.ts';
export type { Playbook } from './playbook/playbook-schema.ts';
export { formatProblem, type Problem } from './playbook/problem.ts';
export { isMandate, reviewRules, type Mandate } from './reviewer/catalogue.ts';
export { createReviewer, type ReviewerParts } from './reviewer/reviewer.ts';
export type { ReviewRule } from './reviewer/rule.ts';
