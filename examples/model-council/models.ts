import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fixed = {
  kind: 'fixed',
  input: 3_000_000,
  output: 15_000_000,
  cacheRead: 300_000,
  cacheWrite: 3_750_000,
} as const;
const dollars = (amount: number): number => amount * 1_000_000;

interface Council {
  readonly egress: { readonly models: readonly Readonly<Record<string, unknown>>[] } & Readonly<
    Record<string, unknown>
  >;
  readonly budget: object;
  readonly agents: readonly Readonly<Record<string, unknown>>[];
}

/** Two models of two vendors, both answered by the scripted server at `url`, and a council in which rules sit too. */
export function councilOf(url: string, keyFile: string): Council {
  const model = (alias: string, provider: string, family: string, name: string): Readonly<Record<string, unknown>> => ({
    alias,
    provider,
    family,
    model: name,
    endpoint: `${url}/v1`,
    key: { kind: 'file', path: keyFile },
    dataClasses: ['public', 'internal'],
    price: fixed,
    maxOutputTokens: 16_000,
    timeoutSeconds: 60,
  });
  return {
    egress: {
      models: [
        model('claude', 'anthropic', 'anthropic-claude', 'claude-scripted'),
        model('gpt', 'openai', 'openai-gpt', 'gpt-scripted'),
      ],
      allowed: ['public', 'internal'],
      internalDomains: ['bank.example'],
    },
    budget: {
      day: { tokens: 20_000_000, microUsd: dollars(50) },
      team: { tokens: 20_000_000, microUsd: dollars(50) },
      agent: { tokens: 10_000_000, microUsd: dollars(25) },
      run: { tokens: 4_000_000, microUsd: dollars(10) },
      motion: { tokens: 3_000_000, microUsd: dollars(8) },
      landingPercent: 20,
    },
    agents: [
      { name: 'planner', model: 'claude', consult: 'always' },
      { name: 'reviewer-claude', mandate: 'reliability', model: 'claude', consult: 'always' },
      { name: 'reviewer-gpt', mandate: 'security', model: 'gpt', consult: 'always' },
      { name: 'healer', model: 'gpt', consult: 'always' },
    ],
  };
}

/** What `duovir init --models` reads, and a key that only this folder knows. */
export function writeCouncil(
  folder: string,
  url: string,
  council: (url: string, keyFile: string) => object = councilOf,
): string {
  const keyFile = join(folder, 'provider-key');
  writeFileSync(keyFile, `key-${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  const file = join(folder, 'models.json');
  writeFileSync(file, JSON.stringify(council(url, keyFile), null, 2));
  return file;
}
