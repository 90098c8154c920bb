import * as z from 'zod';
import { nameSchema, portSchema, timeSchema } from './name.ts';
import { defaultAccess } from './access.ts';
import { digestSchema } from './digest.ts';
import { budgetSchema, egressSchema, isPrivateTransport, type Model } from './model.ts';
import { passkeySchema } from './passkey.ts';
import { breakGlassSchema, quorumRuleSchema } from './quorum-rule.ts';

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

export const brainSchema = z.discriminatedUnion('kind', [
  /** Deterministic, zero tokens. */
  z.strictObject({ kind: z.literal('playbook') }),
  /** `when-unsure`: the model is asked only where playbooks, signatures or rules do not know. */
  z.strictObject({ kind: z.literal('model'), model: nameSchema, consult: z.enum(['when-unsure', 'always']) }),
]);
export type Brain = z.infer<typeof brainSchema>;

export const principalSchema = z.strictObject({
  name: nameSchema,
  role: roleSchema,
  /** Raw Ed25519 public key, 32 bytes, base64. */
  publicKey: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
  /** Same vendor and base model, or same rule author. People are a group each. */
  group: nameSchema,
  /** What a reviewer looks at. */
  mandate: nameSchema.optional(),
  /** What an agent thinks with; without it, with playbooks and rules. */
  brain: brainSchema.optional(),
  /** Whose budget a person's runs are on. */
  team: nameSchema.optional(),
  /** What a person is to the access policies, such as `operator` or `approver`. */
  roles: z.array(nameSchema).max(16).optional(),
  /** Who a person is at the identity provider: the claim `sub`. */
  subject: z.string().min(1).max(255).optional(),
  /** With which a person may sign instead of with the key. */
  passkeys: z.array(passkeySchema).max(8).optional(),
});
export type Principal = z.infer<typeof principalSchema>;

/**
 * Whether what was thought so is the voice of the principal's own group. Rules that approve in the name of a model would
 * make one group of two.
 */
export function speaksForGroup({ brain }: Pick<Principal, 'brain'>, thoughtWith: 'playbook' | 'model'): boolean {
  return (brain?.kind ?? 'playbook') === thoughtWith;
}

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

const accountableClassSchema = z.enum(['R0', 'R1', 'R2', 'R3']);

/** Where people log in: OpenID Connect with PKCE. Who somebody is there, `principal.subject` says. */
export const loginSchema = z
  .strictObject({
    issuer: z.url({ protocol: /^https?$/ }).max(512),
    clientId: z.string().min(1).max(255),
    /** What access tokens for the API must be made for (claim `aud`). */
    audience: z.string().min(1).max(255),
  })
  .refine(({ issuer }) => isPrivateTransport(issuer), 'https, except on the loopback');
export type Login = z.infer<typeof loginSchema>;

export const trustPolicySchema = z
  .strictObject({
    apiVersion: z.literal('duovir/v1'),
    kind: z.literal('TrustPolicy'),
    organisation: z.string().min(1).max(128),
    version: z.int().min(1),
    issuedAt: timeSchema,
    /** The policy this one takes the place of. What that one had decided may be carried out until `decidedUntil`. */
    supersedes: z.strictObject({ digest: digestSchema, decidedUntil: timeSchema }).nullable(),
    log: z.strictObject({ origin: z.string().max(128), vkey: z.string().max(256) }),
    witnesses: z.strictObject({ quorum: z.int().min(1).max(8), vkeys: z.array(z.string().max(256)).min(1).max(8) }),
    principals: z.array(principalSchema).min(1).max(256),
    quorum: z.partialRecord(accountableClassSchema, quorumRuleSchema),
    /** From which class on a person must have signed the request: below it, the server's word on who asked is enough. */
    requests: z.strictObject({ signedFrom: accountableClassSchema }),
    /** Cedar policies: who may read, request, approve, stop and administer through the API. */
    access: z.strictObject({ policies: z.string().max(24_576) }),
    login: loginSchema.nullable(),
    breakGlass: breakGlassSchema.nullable(),
    envelopes: z.array(healEnvelopeSchema).max(64),
    heals: z.strictObject({ perStep: z.int().min(0).max(10), perRun: z.int().min(0).max(20) }),
    budget: budgetSchema,
    egress: egressSchema,
  })
  .superRefine(refuseUnsoundModels);
export type TrustPolicy = z.infer<typeof trustPolicySchema>;

/** What a signature cannot make sound: a brain without a model, or one model that poses as two independent groups. */
function refuseUnsoundModels(
  policy: { readonly principals: readonly Principal[]; readonly egress: { readonly models: readonly Model[] } },
  context: z.core.$RefinementCtx,
): void {
  const models = new Map(policy.egress.models.map((model) => [model.alias, model]));
  const refuse = (message: string, path: (string | number)[]): void =>
    context.addIssue({ code: 'custom', message, path });
  if (models.size < policy.egress.models.length) refuse('two models have the same alias', ['egress', 'models']);
  for (const [index, { name, role, group, brain }] of policy.principals.entries()) {
    const path = ['principals', index];
    if (brain?.kind !== 'model') {
      if (isAgent(role) && policy.egress.models.some(({ family }) => family === group))
        refuse(`${name} judges by rules but is in the group of a model family`, path);
      continue;
    }
    const model = models.get(brain.model);
    if (!isAgent(role)) refuse(`a ${role} has no brain`, path);
    else if (!model) refuse(`${name} thinks with ${brain.model}, which egress.models does not list`, path);
    else if (model.family !== group)
      refuse(`${name} must be in the group ${model.family}, the family of its model`, path);
  }
  for (const [index, model] of policy.egress.models.entries())
    if (policy.egress.models.some((other) => other.model === model.model && other.family !== model.family))
      refuse(`${model.model} cannot be of two families`, ['egress', 'models', index]);
}

function isAgent(role: Role): boolean {
  return role === 'planner' || role === 'reviewer' || role === 'healer';
}

/** The part of a trust policy of an installation without login at a provider and without break-glass. */
export const withoutLogin = {
  supersedes: null,
  requests: { signedFrom: 'R0' },
  access: { policies: defaultAccess },
  login: null,
  breakGlass: null,
} as const satisfies Partial<TrustPolicy>;
