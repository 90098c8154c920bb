import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { PromptName } from '@duovir/agents';
import {
  checkedFindingSchema,
  causeSchema,
  diagnosisSchema,
  jsonSchema,
  opinionVerdictSchema,
  probeObservationSchema,
  rebuttalKindSchema,
  rebuttalSchema,
  runRequestSchema,
  severitySchema,
} from '@duovir/protocol';
import { parse } from 'yaml';
import * as z from 'zod';

export const EVALS = join(import.meta.dirname, '../../evals');

/** A plan to look at: a playbook of the packs, with faults planted in its text. */
const subjectSchema = z.strictObject({
  playbook: z.string(),
  inputs: z.record(z.string(), jsonSchema).default({}),
  goal: z.string().optional(),
  occupiedPorts: z.array(z.int()).default([]),
  /** Replacements in the JSON of the rendered plan; each must be found. */
  change: z.array(z.strictObject({ replace: z.string().min(1), by: z.string() })).default([]),
});
export type SubjectCase = z.infer<typeof subjectSchema>;

const objectionSchema = z.strictObject({
  severity: severitySchema,
  step: z.string().nullable(),
  claim: z.string(),
  evidence: z.array(z.string()),
  suggestion: z.string().optional(),
});

const planningCaseSchema = z.strictObject({
  title: z.string(),
  request: runRequestSchema,
  clarification: z.strictObject({ question: z.string(), answer: z.string() }).optional(),
  state: z.array(probeObservationSchema).optional(),
  objections: z.strictObject({ plan: subjectSchema, findings: z.array(objectionSchema).min(1) }).optional(),
  expect: z.strictObject({
    kind: z.enum(['plan', 'reading', 'asks', 'declines']),
    /** `draft`, or the name of a playbook. */
    source: z.string().optional(),
    actions: z.array(z.string()).default([]),
    inputs: z.record(z.string(), jsonSchema).default({}),
    /** Regular expressions over the text of the plan. */
    contains: z.array(z.string()).default([]),
    lacks: z.array(z.string()).default([]),
  }),
});
export type PlanningCase = z.infer<typeof planningCaseSchema>;

const reviewCaseSchema = z.strictObject({
  title: z.string(),
  plan: subjectSchema,
  expect: z.strictObject({
    verdict: opinionVerdictSchema,
    /** The step with the planted fault; a rejection must be about it. */
    step: z.string().nullable().optional(),
    categories: z.array(z.string()).default([]),
  }),
});
export type ReviewCase = z.infer<typeof reviewCaseSchema>;

/** A finding as a debate knows it. */
const debatedSchema = objectionSchema.extend({ id: z.string() });

const secondVoteCaseSchema = z.strictObject({
  title: z.string(),
  mandate: z.string(),
  plan: subjectSchema,
  /** What the reviewer said in the blind vote, and what it found. */
  first: z.strictObject({ verdict: opinionVerdictSchema, findings: z.array(debatedSchema) }),
  findings: z.array(debatedSchema).min(1),
  answers: z.array(rebuttalSchema).default([]),
  results: z.array(checkedFindingSchema).default([]),
  expect: z.strictObject({
    verdict: opinionVerdictSchema,
    /** What must be named as the cause; empty: nothing may be. */
    because: z.array(z.string()),
  }),
});
export type SecondVoteCase = z.infer<typeof secondVoteCaseSchema>;

const rebuttalCaseSchema = z.strictObject({
  title: z.string(),
  plan: subjectSchema,
  findings: z.array(debatedSchema).min(1),
  /** The right answer to each finding, by its id. */
  expect: z.record(z.string(), z.array(rebuttalKindSchema).min(1)),
});
export type RebuttalCase = z.infer<typeof rebuttalCaseSchema>;

const healingCaseSchema = z.strictObject({
  title: z.string(),
  plan: subjectSchema,
  failure: z.strictObject({
    step: z.string(),
    cause: causeSchema.default('exit'),
    exit: z.int().nullable().default(1),
    stdout: z.string().default(''),
    stderr: z.string().default(''),
  }),
  expect: z.strictObject({
    class: diagnosisSchema.shape.class,
    signature: z.string().nullable(),
    decision: z.array(diagnosisSchema.shape.decision).min(1),
    port: z.string().optional(),
    /** A regular expression that one of the cited lines must match. */
    evidence: z.string(),
  }),
});
export type HealingCase = z.infer<typeof healingCaseSchema>;

interface Named {
  readonly prompt: PromptName;
  /** Name of the file. */
  readonly id: string;
}
export type EvalCase = Named &
  (
    | { readonly kind: 'planning'; readonly case: PlanningCase }
    | { readonly kind: 'review'; readonly case: ReviewCase }
    | { readonly kind: 'second-vote'; readonly case: SecondVoteCase }
    | { readonly kind: 'rebuttal'; readonly case: RebuttalCase }
    | { readonly kind: 'healing'; readonly case: HealingCase }
  );

/** The evaluation set of one prompt, in the order of its files. */
export function casesOf(prompt: PromptName): EvalCase[] {
  const folder = join(EVALS, prompt, 'cases');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .map((file) => {
      const named = { prompt, id: basename(file, '.yaml') };
      const document: unknown = parse(readFileSync(join(folder, file), 'utf8'));
      switch (prompt) {
        case 'healer':
          return { ...named, kind: 'healing', case: healingCaseSchema.parse(document) };
        case 'planner':
        case 'reviser':
          return { ...named, kind: 'planning', case: planningCaseSchema.parse(document) };
        case 'second-vote':
          return { ...named, kind: 'second-vote', case: secondVoteCaseSchema.parse(document) };
        case 'rebutter':
          return { ...named, kind: 'rebuttal', case: rebuttalCaseSchema.parse(document) };
        default:
          return { ...named, kind: 'review', case: reviewCaseSchema.parse(document) };
      }
    });
}
