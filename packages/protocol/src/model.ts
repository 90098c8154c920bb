import * as z from 'zod';
import { nameSchema } from './name.ts';
import { dataClassSchema } from './plan.ts';

/** Where the server finds a provider's key. The key itself is never in a policy, a log or an agent's process. */
export const keyReferenceSchema = z.discriminatedUnion('kind', [
  /** For servers that want none, as llama.cpp on the loopback. */
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('env'), name: z.string().regex(/^[A-Z_][A-Z0-9_]{0,63}$/) }),
  /** A file that only its owner can read. */
  z.strictObject({ kind: z.literal('file'), path: z.string().max(1024).startsWith('/') }),
  /** HashiCorp Vault, KV version 2; the token comes from `VAULT_TOKEN` or a token file. */
  z.strictObject({
    kind: z.literal('vault'),
    address: z.url({ protocol: /^https?$/ }).max(512),
    mount: z.string().max(128),
    path: z.string().max(512),
    field: z.string().max(128),
  }),
  /** Google Cloud Secret Manager: `projects/<project>/secrets/<secret>/versions/<version>`. */
  z.strictObject({
    kind: z.literal('secret-manager'),
    resource: z.string().regex(/^projects\/[\w-]{1,63}\/secrets\/[\w-]{1,255}\/versions\/(?:\d{1,9}|latest)$/),
  }),
]);
export type KeyReference = z.infer<typeof keyReferenceSchema>;

/** Millionths of a US dollar per million tokens: 3 USD per million tokens is 3,000,000. */
const rate = z.int().min(0).max(1_000_000_000);
export const modelPriceSchema = z.discriminatedUnion('kind', [
  /** From the dated snapshot that is shipped; a model it does not know is refused. */
  z.strictObject({ kind: z.literal('snapshot') }),
  z.strictObject({ kind: z.literal('fixed'), input: rate, output: rate, cacheRead: rate, cacheWrite: rate }),
]);
export type ModelPrice = z.infer<typeof modelPriceSchema>;

export const providerSchema = z.enum([
  'anthropic',
  'openai',
  'google',
  'vertex',
  'bedrock',
  'azure',
  'openai-compatible',
]);
export type ProviderName = z.infer<typeof providerSchema>;

/** One model that agents may think with, and what may be said to it. */
export const modelSchema = z
  .strictObject({
    alias: nameSchema,
    provider: providerSchema,
    /** The provider's own name for it; for Azure the deployment. */
    model: z
      .string()
      .max(256)
      .regex(/^[A-Za-z0-9][\w.:/@-]*$/),
    /** Vendor and base-model family: its independence group. */
    family: nameSchema,
    /** Base URL. Needed for Azure and OpenAI-compatible servers; without it the provider's public one. */
    endpoint: z
      .url({ protocol: /^https?$/ })
      .max(512)
      .optional(),
    region: z
      .string()
      .max(64)
      .regex(/^[a-z0-9-]+$/)
      .optional(),
    /** Google Cloud project, for Vertex. */
    project: nameSchema.optional(),
    key: keyReferenceSchema,
    dataClasses: z.array(dataClassSchema).max(4),
    price: modelPriceSchema,
    /** The most one answer may have; always set in the call. */
    maxOutputTokens: z.int().min(16).max(131_072),
    timeoutSeconds: z.int().min(1).max(3600),
  })
  .superRefine(({ provider, endpoint, region, project }, context) => {
    const missing = (field: string): void =>
      context.addIssue({ code: 'custom', message: `${provider} needs it`, path: [field] });
    if ((provider === 'azure' || provider === 'openai-compatible') && endpoint === undefined) missing('endpoint');
    if ((provider === 'bedrock' || provider === 'vertex') && region === undefined) missing('region');
    if (provider === 'vertex' && project === undefined) missing('project');
    if (endpoint !== undefined && !isPrivateTransport(endpoint))
      context.addIssue({ code: 'custom', message: 'https, except on the loopback', path: ['endpoint'] });
  });
export type Model = z.infer<typeof modelSchema>;

/** What is sent in the clear can be read on the way. A URL is no place for credentials either. */
export function isPrivateTransport(endpoint: string): boolean {
  const { protocol, hostname, username, password } = new URL(endpoint);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/.test(hostname);
}

export const egressSchema = z.strictObject({
  models: z.array(modelSchema).max(32),
  /** Data classes that may leave at all, whatever a model's own entry says. */
  allowed: z.array(dataClassSchema).max(4),
  /** Domains whose hosts are internal, besides private ones such as `*.internal` and `*.svc.cluster.local`. */
  internalDomains: z
    .array(
      z
        .string()
        .max(253)
        .regex(/^[a-z0-9.-]+$/),
    )
    .max(64),
});
export type EgressRules = z.infer<typeof egressSchema>;

const capSchema = z.strictObject({ tokens: z.int().min(0), microUsd: z.int().min(0) });
export type Cap = z.infer<typeof capSchema>;

/** Hard caps, one inside the other. Money in millionths of a US dollar. Days are UTC. */
export const budgetSchema = z.strictObject({
  /** The organisation, per day. */
  day: capSchema,
  /** Each team, per day. */
  team: capSchema,
  /** Each agent, per day. */
  agent: capSchema,
  run: capSchema,
  /** Each motion: a plan, a revision of it, a heal patch. */
  motion: capSchema,
  /** Share of a run's cap that only verification and undo may use. */
  landingPercent: z.int().min(0).max(90),
});
export type BudgetCaps = z.infer<typeof budgetSchema>;

const nothing: Cap = { tokens: 0, microUsd: 0 };

/** The part of a trust policy under which no model is ever called. */
export const withoutModels: { readonly budget: BudgetCaps; readonly egress: EgressRules } = {
  budget: { day: nothing, team: nothing, agent: nothing, run: nothing, motion: nothing, landingPercent: 0 },
  egress: { models: [], allowed: [], internalDomains: [] },
};
