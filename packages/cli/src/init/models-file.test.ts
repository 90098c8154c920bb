import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadPublicKey, loadSigner, loadTrustPolicy, stateDirectory, type StateDirectory } from '@duovir/principal';
import type { Principal, TrustPolicy } from '@duovir/protocol';
import { keyVariables } from '../supervisor/key-variables.ts';
import { initialise } from './initialise.ts';
import { readModelsFile } from './models-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'duovir-models-'));
const cap = '{tokens: 100000, microUsd: 1000000}';
const YAML = `
egress:
  allowed: [public, internal]
  internalDomains: [corp.example]
  models:
    - alias: claude
      provider: anthropic
      model: claude-test
      family: anthropic-claude
      key: {kind: env, name: ANTHROPIC_API_KEY}
      dataClasses: [public, internal]
      price: {kind: fixed, input: 3000000, output: 15000000, cacheRead: 300000, cacheWrite: 3750000}
      maxOutputTokens: 4096
      timeoutSeconds: 60
    - alias: gpt
      provider: openai
      model: gpt-test
      family: openai-gpt
      key: {kind: file, path: /run/secrets/openai}
      dataClasses: [public]
      price: {kind: snapshot}
      maxOutputTokens: 4096
      timeoutSeconds: 60
budget: {day: ${cap}, team: ${cap}, agent: ${cap}, run: ${cap}, motion: ${cap}, landingPercent: 20}
agents:
  - {name: planner, model: claude}
  - {name: reviewer-gpt, mandate: security, model: gpt, consult: always}
`;

let files = 0;
function fileWith(text: string): string {
  const path = join(folder, `models-${(files += 1)}.yaml`);
  writeFileSync(path, text);
  return path;
}

async function install(text: string): Promise<{ readonly state: StateDirectory; readonly policy: TrustPolicy }> {
  const path = join(folder, `state-${(files += 1)}`);
  await initialise(path, new Date(), {}, readModelsFile(fileWith(text)));
  const state = stateDirectory(path);
  return { state, policy: loadTrustPolicy(state.trustPolicy, loadPublicKey(state.officer)).policy };
}

const find = (policy: TrustPolicy, name: string): Principal | undefined =>
  policy.principals.find((principal) => principal.name === name);

test('agents get their model, its family as their group, and a key of their own', async () => {
  const { state, policy } = await install(YAML);
  expect(find(policy, 'planner')).toMatchObject({
    role: 'planner',
    group: 'anthropic-claude',
    brain: { kind: 'model', model: 'claude', consult: 'when-unsure' },
  });
  expect(find(policy, 'reviewer-gpt')).toMatchObject({
    role: 'reviewer',
    mandate: 'security',
    group: 'openai-gpt',
    brain: { kind: 'model', model: 'gpt', consult: 'always' },
  });
  expect(find(policy, 'reviewer-security')?.brain).toBeUndefined();
  expect(loadSigner(state.principal('reviewer-gpt'), 'reviewer-gpt').principal).toBe('reviewer-gpt');
  expect(policy.budget.run.microUsd).toBe(1_000_000);
  expect(policy.egress.internalDomains).toEqual(['corp.example']);
});

test('with reviewers of several groups, two groups must agree; a stricter quorum can be given', async () => {
  expect((await install(YAML)).policy.quorum.R1).toMatchObject({ approvals: 2, groups: 2 });
  const strict = {
    reviewers: 3,
    approvals: 3,
    groups: 2,
    adversary: false,
    veto: 'high',
    reviewSeconds: 30,
    people: 1,
    cardholderPeople: 1,
    peopleTimeoutSeconds: 60,
    permitSeconds: 60,
  };
  const { policy } = await install(`${YAML}quorum: {R1: ${JSON.stringify(strict)}}\n`);
  expect(policy.quorum.R1).toEqual(strict);
  expect(policy.quorum.R2?.people).toBe(1);
});

test('the file of the guide is one', async () => {
  const text = readFileSync(new URL('../../../../docs/guide/models.example.yaml', import.meta.url), 'utf8');
  const { policy } = await install(text);
  expect(policy.principals.filter(({ brain }) => brain?.kind === 'model')).toHaveLength(4);
});

test.each([
  ['not: [yaml', /cannot be read/],
  ['{}', /egress/],
  [YAML.replace('model: claude}', 'model: llama}'), /llama/],
  [YAML.replace('mandate: security, ', ''), /needs a mandate/],
  [YAML.replace('mandate: security', 'mandate: haiku'), /mandate haiku/],
  [YAML.replace('name: reviewer-gpt', 'name: planner'), /named twice/],
  [YAML.replace('reviewer-gpt', 'reviewer-with-a-name-longer-than-a-socket-can-have'), /name/],
  [YAML.replace('family: openai-gpt', 'family: duovir-rules'), /group of a model family/],
  [YAML.replace('provider: openai\n', 'provider: openai\n      apiKey: something\n'), /apiKey/],
])('what is wrong in %# is said, and nothing is made', async (text, words) => {
  await expect(install(text)).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(words) });
});

test('only what the trust policy names reaches the server out of the environment', async () => {
  const { policy } = await install(YAML);
  const environment = { ANTHROPIC_API_KEY: 'one', OPENAI_API_KEY: 'two', HOME: '/root', VAULT_TOKEN: 'three' };
  expect(keyVariables(policy, environment)).toEqual({ ANTHROPIC_API_KEY: 'one' });
  expect(keyVariables(policy, {})).toEqual({});
});

test.each(['gateway', 'supervisor', 'postgres', 'officer', 'operator'])(
  'no reviewer takes the place of %s',
  async (name) => {
    await expect(install(YAML.replace('name: reviewer-gpt', `name: ${name}`))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`called ${name}`),
    });
  },
);

test('a file that is not there or holds something else is named with what is wrong', () => {
  expect(() => readModelsFile(join(folder, 'missing.yaml'))).toThrow(/missing\.yaml cannot be read: ENOENT/);
  expect(() => readModelsFile(fileWith('a: [1'))).toThrow(/cannot be read as YAML or JSON\.$/);
  expect(() => readModelsFile(fileWith('words'))).toThrow(/the file: Invalid input/);
});
