export { Budget, type BudgetUse, type LevelLimits, type LevelState } from './budget/budget.ts';
export type { Amount } from './budget/amount.ts';
export { EgressError, type EgressErrorCode } from './error.ts';
export { createGateway, type ModelCall, type ModelGateway } from './gateway/gateway.ts';
export { RegisteredValues } from './registered/registered-values.ts';
export { createScrubber, type Scrubber } from './scrubber/scrubber.ts';
export type { ScrubbedStream } from './scrubber/scrubbed-stream.ts';
export type { Detector, Span } from './span.ts';
