export { clarificationTopic } from './agree-on-plan.ts';
export { wakeTopic } from './carry-motion.ts';
export { stopTopic } from './attempt-step.ts';
export { createEngine } from './engine.ts';
export { EngineError, type EngineErrorCode } from './error.ts';
export type { DurableEngine } from './durable/port.ts';
export type {
  AttestorPort,
  ClockPort,
  DocumentPort,
  EmergencyPort,
  EventPort,
  Execution,
  HealerPort,
  LedgerEntry,
  LedgerPort,
  ModelPort,
  PlannerPort,
  Ports,
  RandomPort,
  ReviewerPort,
  RunnerPort,
  RunPort,
  RunState,
  TrustPort,
} from './ports.ts';
