import * as z from 'zod';
import { nameSchema, portSchema, timeSchema } from './name.ts';
import { dataClassSchema } from './plan.ts';

export const riskClassSchema = z.enum(['R0', 'R1', 'R2', 'R3', 'R4']);
export type RiskClass = z.infer<typeof riskClassSchema>;

export const roleSchema = z.enum([
  'server',
  'planner',
  'reviewer',
  'healer',
  'runner',
  'attestor',
  'witness',
  'person',
]);
export type Role = z.infer<typeof roleSchema>;

export const principalSchema = z.strictObject({
  name: nameSchema,
  role: roleSchema,
  /** Raw Ed25519 public key, 32 bytes, base64. */
  publicKey: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
  /** Same vendor and base model, or same rule author. People are a group each. */
  group: nameSchema,
  /** What a reviewer looks at. */
  mandate: nameSchema.optional(),
});
export type Principal = z.infer<typeof principalSchema>;

/** How a motion of one risk class is carried. A class without a rule is denied (Invariant 6). */
export const quorumRuleSchema = z.strictObject({
  /** Reviewers that must approve. */
  approvals: z.int().min(0).max(16),
  /** Distinct independence groups among those who approve, people included. */
  groups: z.int().min(0).max(16),
  /** People that must approve, none of them the requester. */
  people: z.int().min(0).max(8),
  /** How long people have to answer before the motion is rejected. */
  peopleTimeoutSeconds: z.int().min(1).max(2_592_000),
  permitSeconds: z.int().min(1).max(14_400),
});
export type QuorumRule = z.infer<typeof quorumRuleSchema>;

/** A pre-agreed range inside which a heal patch needs only the quorum of its own risk class. */
export const healEnvelopeSchema = z.strictObject({
  id: nameSchema,
  /** The signature whose diagnosis may be healed. */
  signature: z.string().max(128),
  /** Plan inputs that may change. */
  inputs: z.array(z.string().max(64)).min(1).max(8),
  range: z.strictObject({ kind: z.literal('port'), from: portSchema, to: portSchema }),
  environments: z.array(z.enum(['development', 'staging', 'production'])).min(1),
  attempts: z.int().min(1).max(10),
});
export type HealEnvelope = z.infer<typeof healEnvelopeSchema>;

export const trustPolicySchema = z.strictObject({
  apiVersion: z.literal('duovir/v1'),
  kind: z.literal('TrustPolicy'),
  organisation: z.string().min(1).max(128),
  version: z.int().min(1),
  issuedAt: timeSchema,
  log: z.strictObject({ origin: z.string().max(128), vkey: z.string().max(256) }),
  witnesses: z.strictObject({ quorum: z.int().min(1).max(8), vkeys: z.array(z.string().max(256)).min(1).max(8) }),
  principals: z.array(principalSchema).min(1).max(256),
  quorum: z.strictObject({ R0: quorumRuleSchema, R1: quorumRuleSchema, R2: quorumRuleSchema, R3: quorumRuleSchema }),
  envelopes: z.array(healEnvelopeSchema).max(64),
  heals: z.strictObject({ perStep: z.int().min(0).max(10), perRun: z.int().min(0).max(20) }),
  budget: z.strictObject({ tokensPerRun: z.int().min(0), microUsdPerRun: z.int().min(0) }),
  egress: z.strictObject({ models: z.array(z.never()).max(0), allowed: z.array(dataClassSchema).max(4) }),
});
export type TrustPolicy = z.infer<typeof trustPolicySchema>;
