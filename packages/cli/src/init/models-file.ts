import { readFileSync } from 'node:fs';
import { isMandate, isModelMandate } from '@duovir/agents';
import { budgetSchema, egressSchema, nameSchema, quorumRuleSchema, type Brain } from '@duovir/protocol';
import { parse } from 'yaml';
import * as z from 'zod';
import { CliError } from '../error.ts';
import { people, processPrincipals, type Enrolment } from './principals.ts';

/** As long as the name of a socket may be, whatever directory the state is in. */
const LONGEST_NAME = 'reviewer-reliability'.length;

const agentSchema = z.strictObject({
  /** Of an agent every installation has, which then thinks with the model; or of one more reviewer. */
  name: nameSchema.max(LONGEST_NAME),
  /** What one more reviewer looks at. */
  mandate: nameSchema.optional(),
  /** Alias of one of `egress.models`. */
  model: nameSchema,
  consult: z.enum(['when-unsure', 'always']).default('when-unsure'),
});

/** Sockets, folders and processes that are no agent's: another one of that name would answer in their place. */
const TAKEN = new Set(['gateway', 'supervisor', 'postgres', 'officer', ...people.map(({ name }) => name)]);

/** What `duovir init --models` reads: models, what they may cost, and who thinks with them. */
export const modelsFileSchema = z.strictObject({
  egress: egressSchema,
  budget: budgetSchema,
  agents: z.array(agentSchema).min(1).max(32),
  quorum: z
    .strictObject({ R0: quorumRuleSchema, R1: quorumRuleSchema, R2: quorumRuleSchema, R3: quorumRuleSchema })
    .partial()
    .optional(),
});
export type ModelsFile = z.output<typeof modelsFileSchema>;

export function readModelsFile(path: string): ModelsFile {
  let value: unknown;
  try {
    value = parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error && 'syscall' in cause ? `: ${cause.message}` : ' as YAML or JSON.';
    throw new CliError('usage', `${path} cannot be read${reason}`, REMEDY, cause);
  }
  const parsed = modelsFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'unknown'}`, parsed.error);
}

const REMEDY = 'Correct the file; docs/guide/models.md shows one.';

function invalid(why: string, cause?: unknown): CliError {
  return new CliError('usage', `The models are not valid: ${why}.`, REMEDY, cause);
}

/** Everybody's enrolment, with the models of the file. A model's group is the family of the model (Invariant 2). */
export function enrolmentsWith({ agents, egress }: ModelsFile): Enrolment[] {
  const enrolments = new Map(processPrincipals.map((enrolment) => [enrolment.name, enrolment]));
  const seen = new Set<string>();
  for (const { name, mandate, model, consult } of agents) {
    if (TAKEN.has(name)) throw invalid(`no reviewer can be called ${name}, which something else is called`);
    if (seen.has(name)) throw invalid(`${name} is named twice`);
    seen.add(name);
    const known = enrolments.get(name);
    const family = egress.models.find(({ alias }) => alias === model)?.family;
    if (family === undefined) throw invalid(`${name} thinks with ${model}, which egress.models does not list`);
    const brain: Brain = { kind: 'model', model, consult };
    enrolments.set(name, { ...(known ?? reviewer(name, mandate)), group: family, brain });
  }
  return [...enrolments.values()];
}

function reviewer(name: string, mandate: string | undefined): Enrolment {
  if (mandate === undefined) throw invalid(`${name} is a new reviewer and needs a mandate`);
  if (!isMandate(mandate) && !isModelMandate(mandate)) throw invalid(`no reviewer has the mandate ${mandate}`);
  return { name, role: 'reviewer', group: '', mandate };
}
