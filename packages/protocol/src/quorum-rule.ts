import * as z from 'zod';

/** How a motion of one risk class is carried. A class without a rule is denied (Invariant 6). */
export const quorumRuleSchema = z.strictObject({
  /** Reviewers that must approve or reject; with fewer voices the motion is referred to people. The adversary is none. */
  reviewers: z.int().min(0).max(16),
  /** Reviewers that must approve. */
  approvals: z.int().min(0).max(16),
  /** Distinct independence groups among those who approve, people included. */
  groups: z.int().min(0).max(16),
  /** Somebody must have looked for the strongest way in which it does harm. Who does may not approve. */
  adversary: z.boolean(),
  /** From which severity on one reviewer's rejection ends it. A critical finding with evidence always does (Invariant 3). */
  veto: z.enum(['high', 'critical']),
  /** How long one reviewer has for an opinion; who does not answer is asked once more. */
  reviewSeconds: z.int().min(1).max(600),
  /** People that must approve, none of them the requester. */
  people: z.int().min(0).max(8),
  /** The same, where the plan touches cardholder data. */
  cardholderPeople: z.int().min(0).max(8),
  /** How long people have to answer before the motion is rejected. */
  peopleTimeoutSeconds: z.int().min(1).max(2_592_000),
  permitSeconds: z.int().min(1).max(14_400),
});
export type QuorumRule = z.infer<typeof quorumRuleSchema>;

/** Two people out of reach of the reviewers: what they may decide together in an emergency, and for how long. */
export const breakGlassSchema = z.strictObject({
  people: z.int().min(2).max(8),
  minutes: z.int().min(1).max(240),
  classes: z
    .array(z.enum(['R1', 'R2', 'R3']))
    .min(1)
    .max(3),
});
export type BreakGlass = z.infer<typeof breakGlassSchema>;
