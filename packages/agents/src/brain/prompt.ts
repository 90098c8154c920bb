import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nameSchema, type PromptReference } from '@duovir/protocol';
import { parse } from 'yaml';
import * as z from 'zod';
import { AgentError } from '../error.ts';

const frontMatterSchema = z.strictObject({
  name: nameSchema,
  version: z.int().min(1).max(9999),
  mandate: z.string().min(1).max(300),
  maxOutputTokens: z.int().min(16).max(65_536),
});

/** A versioned prompt file: the only text a model is given that has authority. */
export interface Prompt {
  readonly reference: PromptReference;
  /** What the agent is for, in one sentence. */
  readonly mandate: string;
  readonly maxOutputTokens: number;
  readonly system: string;
}

const FOLDER = new URL('../../prompts/', import.meta.url);
const FILE = /^---\n([\s\S]*?)\n---\n\n?([\s\S]+)$/;
const loaded = new Map<PromptName, Prompt>();

/** The versions in use. A changed text is a new version, with an evaluation of its own. */
const versions = {
  planner: 1,
  reviser: 2,
  rebutter: 1,
  'reviewer-security': 2,
  'reviewer-reliability': 2,
  'reviewer-goal': 2,
  'reviewer-cost': 2,
  'reviewer-adversary': 1,
  'second-vote': 1,
  healer: 1,
} as const;
export type PromptName = keyof typeof versions;
export const promptNames = Object.keys(versions) as readonly PromptName[];

/** Read once; the digest is over the bytes of the file. */
export function promptNamed(name: PromptName): Prompt {
  const known = loaded.get(name);
  if (known) return known;
  const prompt = readPrompt(name, versions[name]);
  loaded.set(name, prompt);
  return prompt;
}

function readPrompt(name: PromptName, version: number): Prompt {
  const file = new URL(`${name}.v${version}.md`, FOLDER);
  const bytes = readFileSync(file);
  const [, head = '', system = ''] = FILE.exec(bytes.toString('utf8')) ?? [];
  const { mandate, maxOutputTokens, ...said } = frontMatterSchema.parse(parse(head));
  if (said.name !== name || said.version !== version || system.trim() === '')
    throw new AgentError('prompt-invalid', `${fileURLToPath(file)} is not version ${version} of ${name}.`);
  return {
    reference: { name, version, digest: `sha256:${hash('sha256', bytes, 'hex')}` },
    mandate,
    maxOutputTokens,
    system: system.trim(),
  };
}
