export type { Amount } from './budget/amount.ts';
export type { BudgetAlert, BudgetLedger, Stop } from './budget/budget-ledger.ts';
export { budgetSchema } from './budget/budget-schema.ts';
export { CallsInFlight } from './budget/calls-in-flight.ts';
export { forecast, type Forecast, type ForecastCall } from './budget/forecast.ts';
export { reservedOn, roomFor, spentOn, type Lane, type LevelLimits, type LevelState } from './budget/level.ts';
export { levelsOfCall, type CallPayers } from './budget/levels-of-call.ts';
export { createPostgresBudget, type PostgresBudgetOptions } from './budget/postgres-budget.ts';
export { strengthOf, type NameStrength } from './detector/secret-name.ts';
export { detect, type DetectOptions } from './detector/detect.ts';
export type { FindingTier, SensitiveKind, SensitiveSpan } from './detector/finding.ts';
export { EgressError, type EgressErrorCode } from './error.ts';
export { createGateway, type ModelGateway } from './gateway/gateway.ts';
export type {
  CallProgress,
  EgressRecords,
  Ended,
  GatewayPorts,
  Leaving,
  RunCourse,
  RunFacts,
  SensitiveFacts,
} from './gateway/ports.ts';
export { createKeyResolver, type KeyResolver, type KnownKey } from './key/key-resolver.ts';
export type { KeySources } from './key/key-sources.ts';
export { PlaceholderStream } from './placeholder/placeholder-stream.ts';
export { PlaceholderVault, type Issued, type PlaceholderOccurrence } from './placeholder/placeholder-vault.ts';
export { tokenise, type SensitivePart, type Tokenised } from './placeholder/tokenise.ts';
export { createGuard, type Guard } from './guard/guard.ts';
export { boundOf, costOf, type CallSize, type TokenUsage } from './price/call-cost.ts';
export type { Price, Rates } from './price/price.ts';
export { priceOf } from './price/price-of-model.ts';
export { RegisteredValues } from './registered/registered-values.ts';
export { findRunaway, type Runaway } from './runaway/find-runaway.ts';
export { fingerprintOf, type QuestionFingerprint } from './runaway/question-fingerprint.ts';
export type { PastCall, RunHistory } from './runaway/run-history.ts';
export { createScrubber, type Scrubber } from './scrubber/scrubber.ts';
export type { ScrubbedStream } from './scrubber/scrubbed-stream.ts';
export type { Detector, Span } from './span.ts';
export { addName, type SchemaNameKind } from './sql/schema-names.ts';
