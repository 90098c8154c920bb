import * as z from 'zod';
import {
  approvalRequestSchema,
  approvalViewSchema,
  budgetViewSchema,
  clarificationRequestSchema,
  egressDetailSchema,
  egressViewSchema,
  healthSchema,
  jsonSchema,
  ledgerEntryViewSchema,
  ledgerProofViewSchema,
  ledgerStatusSchema,
  logLineSchema,
  modelStopRequestSchema,
  motionViewSchema,
  opinionViewSchema,
  pageOf,
  permitViewSchema,
  planSchema,
  problemSchema,
  runEventSchema,
  runRequestSchema,
  runViewSchema,
  stepViewSchema,
  whyAnswerSchema,
} from '@duovir/protocol';

const list = <Item extends z.ZodType>(item: Item): z.ZodObject<{ items: z.ZodArray<Item> }, z.core.$strict> =>
  z.strictObject({ items: z.array(item) });

/** The documents of the API by the names that OpenAPI knows them under. */
export const components = {
  ApprovalRequest: approvalRequestSchema,
  Approvals: list(approvalViewSchema),
  Budget: budgetViewSchema,
  ClarificationRequest: clarificationRequestSchema,
  EgressDetail: egressDetailSchema,
  EgressPage: pageOf(egressViewSchema),
  Health: healthSchema,
  Json: jsonSchema,
  LedgerEntry: ledgerEntryViewSchema,
  LedgerEntryPage: pageOf(ledgerEntryViewSchema),
  LedgerProof: ledgerProofViewSchema,
  LedgerStatus: ledgerStatusSchema,
  LogLinePage: pageOf(logLineSchema),
  ModelStopRequest: modelStopRequestSchema,
  Motions: list(motionViewSchema),
  Opinions: list(opinionViewSchema),
  Permits: list(permitViewSchema),
  Plan: planSchema,
  Problem: problemSchema,
  Run: runViewSchema,
  RunEvent: runEventSchema,
  RunPage: pageOf(runViewSchema),
  RunRequest: runRequestSchema,
  Steps: list(stepViewSchema),
  WhyAnswer: whyAnswerSchema,
} as const;

export type Component = keyof typeof components;
