import * as z from 'zod';
import { digestSchema } from './digest.ts';
import { diagnosisSchema } from './execution.ts';
import { callIdSchema, callPurposeSchema } from './model-call.ts';
import { nameSchema, runIdSchema, stepIdSchema, timeSchema } from './name.ts';
import { jsonSchema } from './json.ts';
import { purposeSchema } from './plan.ts';
import { probeObservationSchema, probeOutcomeSchema } from './probe.ts';
import { checkedFindingSchema, debatedFindingSchema, findingDetailSchema, rebuttalSchema } from './debate.ts';
import { listenerSchema } from './review.ts';
import { outcomeSchema, runRequestSchema } from './request.ts';
import {
  attestedSchema,
  causeSchema,
  motionKindSchema,
  opinionVerdictSchema,
  verdictSchema,
  votePhaseSchema,
} from './statement.ts';
import { riskClassSchema } from './trust-policy.ts';

/** The stages of design.md §3, as people see them. */
export const stageSchema = z.enum(['request', 'plan', 'review', 'verdict', 'execute', 'heal', 'undo', 'settle']);
export type Stage = z.infer<typeof stageSchema>;

const entry = z.int().nullable();

/** What happened, one line each, in the order it happened. Names are `<noun>-<action>`. */
const eventBodies = {
  'run-start': z.strictObject({ requester: nameSchema, request: runRequestSchema, entry }),
  'stage-start': z.strictObject({ stage: stageSchema }),
  'stage-end': z.strictObject({ stage: stageSchema, milliseconds: z.number() }),
  'plan-propose': z.strictObject({
    revision: z.int(),
    playbook: z.string(),
    title: z.string(),
    explanation: z.string(),
    steps: z.array(z.strictObject({ id: stepIdSchema, title: z.string(), action: z.string() })),
    motion: digestSchema,
    entry,
  }),
  'plan-refuse': z.strictObject({
    reason: z.string(),
    explanation: z.string(),
    nearest: z.array(z.strictObject({ playbook: z.string(), title: z.string(), score: z.number() })),
    entry,
  }),
  /** The planner asks one question instead of guessing; the run waits for a person. */
  'clarification-ask': z.strictObject({ question: z.string(), entry }),
  'clarification-answer': z.strictObject({ person: nameSchema, answer: z.string(), entry }),
  /** A model is at work for an agent. */
  'model-start': z.strictObject({
    call: callIdSchema,
    principal: nameSchema,
    purpose: callPurposeSchema,
    model: nameSchema,
    /** Tokens that the prompt can be at most, and the money reserved for the whole call. */
    reserved: z.strictObject({ tokens: z.int(), microUsd: z.int() }),
    redactions: z.int(),
  }),
  /** Not stored with each token: some times a second at most. */
  'model-progress': z.strictObject({ call: callIdSchema, principal: nameSchema, tokens: z.int() }),
  'model-retry': z.strictObject({
    call: callIdSchema,
    principal: nameSchema,
    try: z.int(),
    reason: z.string().max(200),
  }),
  'model-end': z.strictObject({
    call: callIdSchema,
    principal: nameSchema,
    outcome: z.enum(['answered', 'failed', 'aborted', 'refused']),
    explanation: z.string().max(1000),
    tokens: z.int(),
    microUsd: z.int(),
    milliseconds: z.number(),
    entry,
  }),
  'budget-alert': z.strictObject({
    level: z.string().max(200),
    percent: z.int(),
    spent: z.strictObject({ tokens: z.int(), microUsd: z.int() }),
    cap: z.strictObject({ tokens: z.int(), microUsd: z.int() }),
  }),
  'motion-freeze': z.strictObject({
    motion: digestSchema,
    motionKind: motionKindSchema,
    revision: z.int(),
    riskClass: riskClassSchema,
    reasons: z.array(z.string()),
    envelope: z.string().nullable(),
    entry,
  }),
  'checks-end': z.strictObject({
    motion: digestSchema,
    passed: z.boolean(),
    findings: z.array(findingDetailSchema),
    entry,
  }),
  'opinion-commit': z.strictObject({ motion: digestSchema, reviewer: nameSchema, entry }),
  /** A reviewer that does not answer has not approved (Invariant 6). */
  'opinion-miss': z.strictObject({ motion: digestSchema, reviewer: nameSchema, reason: z.string().max(500) }),
  'opinion-reveal': z.strictObject({
    motion: digestSchema,
    reviewer: nameSchema,
    mandate: nameSchema,
    brain: z.string(),
    phase: votePhaseSchema,
    verdict: opinionVerdictSchema,
    changedFrom: opinionVerdictSchema.nullable(),
    because: z.array(z.string()),
    rationale: z.string(),
    findings: z.array(findingDetailSchema),
    entry,
  }),
  /** The proposer answers what was found against the motion. */
  'rebuttal-give': z.strictObject({
    motion: digestSchema,
    proposer: nameSchema,
    findings: z.array(debatedFindingSchema),
    answers: z.array(rebuttalSchema),
    entry,
  }),
  'finding-check': z.strictObject({ motion: digestSchema, check: checkedFindingSchema, entry }),
  /** The target or the trust policy has changed: what was decided, or was about to be, is decided anew. */
  'motion-reopen': z.strictObject({
    motion: digestSchema,
    reason: z.enum(['drift', 'trust-policy']),
    explanation: z.string(),
  }),
  'verdict-reach': z.strictObject({
    motion: digestSchema,
    motionKind: motionKindSchema,
    verdict: verdictSchema,
    riskClass: riskClassSchema,
    reason: z.string(),
    explanation: z.string(),
    entry,
  }),
  'approval-wait': z.strictObject({
    motion: digestSchema,
    riskClass: riskClassSchema,
    people: z.array(nameSchema),
    needed: z.int(),
    until: timeSchema,
    reason: z.string(),
  }),
  'approval-give': z.strictObject({
    motion: digestSchema,
    person: nameSchema,
    verdict: z.enum(['approve', 'reject']),
    entry,
  }),
  'permit-mint': z.strictObject({
    permit: z.string(),
    step: stepIdSchema,
    purpose: purposeSchema,
    attempt: z.int(),
    expiresAt: timeSchema,
    entry,
  }),
  'permit-refuse': z.strictObject({
    permit: z.string().nullable(),
    step: stepIdSchema,
    code: z.string(),
    explanation: z.string(),
    entry,
  }),
  /** Everything is stopped: the run waits until another person lifts it. */
  'stop-wait': z.strictObject({ step: stepIdSchema, person: nameSchema, reason: z.string() }),
  'stop-end': z.strictObject({ step: stepIdSchema }),
  /** Told to every run that has not ended. `people` have signed, `needed` must. */
  'break-glass-open': z.strictObject({
    grant: z.string(),
    people: z.array(nameSchema),
    needed: z.int(),
    classes: z.array(riskClassSchema),
    until: timeSchema,
    entry,
  }),
  'break-glass-end': z.strictObject({ grant: z.string(), person: nameSchema, entry }),
  'break-glass-use': z.strictObject({ motion: digestSchema, people: z.array(nameSchema), until: timeSchema, entry }),
  'step-start': z.strictObject({
    step: stepIdSchema,
    title: z.string(),
    action: z.string(),
    purpose: purposeSchema,
    attempt: z.int(),
  }),
  'step-log': z.strictObject({
    step: stepIdSchema,
    attempt: z.int(),
    stream: z.enum(['stdout', 'stderr']),
    text: z.string(),
  }),
  'step-end': z.strictObject({
    step: stepIdSchema,
    purpose: purposeSchema,
    attempt: z.int(),
    outcome: z.enum(['succeeded', 'failed']),
    cause: causeSchema,
    exit: z.int().nullable(),
    stderr: z.string(),
    milliseconds: z.number(),
    entry,
  }),
  'step-skip': z.strictObject({ step: stepIdSchema, reason: z.string() }),
  'attestation-make': z.strictObject({
    about: attestedSchema,
    step: stepIdSchema.nullable(),
    outcome: probeOutcomeSchema,
    probes: z.array(probeObservationSchema),
    differences: z.array(z.string()),
    entry,
  }),
  'sandbox-lose': z.strictObject({ generation: z.int() }),
  'diagnosis-make': z.strictObject({ step: stepIdSchema, attempt: z.int(), diagnosis: diagnosisSchema, entry }),
  'diagnosis-confirm': z.strictObject({
    step: stepIdSchema,
    outcome: probeOutcomeSchema,
    listeners: z.array(listenerSchema),
    summary: z.string(),
    entry,
  }),
  'patch-propose': z.strictObject({
    step: stepIdSchema,
    revision: z.int(),
    motion: digestSchema,
    patch: z.array(z.strictObject({ op: z.string(), path: z.string(), value: jsonSchema })),
    explanation: z.string(),
    redo: z.array(stepIdSchema),
    entry,
  }),
  'undo-start': z.strictObject({ reason: z.string(), steps: z.array(stepIdSchema) }),
  'cancel-request': z.strictObject({ person: nameSchema, entry }),
  'run-end': z.strictObject({
    outcome: outcomeSchema,
    reason: z.string(),
    explanation: z.string(),
    heals: z.int(),
    milliseconds: z.number(),
    entry,
  }),
} as const;

export type EventType = keyof typeof eventBodies;
export type EventBody<Type extends EventType> = z.infer<(typeof eventBodies)[Type]>;

export function isEventType(value: string): value is EventType {
  return Object.hasOwn(eventBodies, value);
}

export const eventTypes = Object.keys(eventBodies) as readonly EventType[];

/** `seq` counts over all runs and is the SSE id. */
const common = { seq: z.int().min(1), run: runIdSchema, time: timeSchema };
type EventOf<Type extends EventType> = Type extends EventType
  ? {
      readonly seq: number;
      readonly run: string;
      readonly time: string;
      readonly type: Type;
      readonly body: EventBody<Type>;
    }
  : never;
export type RunEvent = EventOf<EventType>;

export const runEventSchema: z.ZodType<RunEvent> = z.discriminatedUnion(
  'type',
  eventTypes.map((type) => z.strictObject({ ...common, type: z.literal(type), body: eventBodies[type] })) as never,
);

/** An event before it has its number. */
export type NewEvent = { [Type in EventType]: { readonly type: Type; readonly body: EventBody<Type> } }[EventType];
