export { authorise, type AccessDecision } from './access/authorise.ts';
export type { AccessQuestion, InstallationFacts, PersonFacts, RunFacts } from './access/question.ts';
export { accessSchema } from './access/schema.ts';
export { validateAccess } from './access/validate-access.ts';
