import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Model } from '@duovir/protocol';
import { routeTo } from './routes.ts';

interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
}

const KEY = `key-${'x7'.repeat(8)}`;
const base: Model = {
  alias: 'thinker',
  provider: 'openai',
  model: 'some-model',
  family: 'some',
  key: { kind: 'none' },
  dataClasses: [],
  price: { kind: 'snapshot' },
  maxOutputTokens: 100,
  timeoutSeconds: 10,
};

/** What the environment of a server may hold, and must not be used. */
const ambient = {
  OPENAI_API_KEY: 'ambient',
  OPENAI_BASE_URL: 'https://ambient.example',
  ANTHROPIC_API_KEY: 'ambient',
  ANTHROPIC_BASE_URL: 'https://ambient.example',
  GOOGLE_GENERATIVE_AI_API_KEY: 'ambient',
  GOOGLE_VERTEX_API_KEY: 'ambient',
  GOOGLE_VERTEX_PROJECT: 'ambient',
  GOOGLE_APPLICATION_CREDENTIALS: '/nonexistent/ambient',
  AZURE_API_KEY: 'ambient',
  AZURE_RESOURCE_NAME: 'ambient',
  AWS_BEARER_TOKEN_BEDROCK: 'ambient',
  AWS_ACCESS_KEY_ID: 'ambient',
  AWS_SECRET_ACCESS_KEY: 'ambient',
  AWS_SESSION_TOKEN: 'ambient',
  AWS_ENDPOINT_URL: 'https://ambient.example',
};

beforeEach(() => {
  for (const [name, value] of Object.entries(ambient)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

async function sendTo(
  wishes: Partial<Model>,
  key: string,
): Promise<{ readonly sent: Sent[]; readonly urls: readonly string[] }> {
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const text = typeof init?.body === 'string' ? init.body : 'null';
    sent.push({ url: new Request(input).url, headers: new Headers(init?.headers), body: JSON.parse(text) });
    return new Response('{}', { status: 500 });
  };
  const { client, urls, options } = await routeTo({ model: { ...base, ...wishes }, key, fetch });
  const asked = client.doStream({
    prompt: [
      { role: 'system', content: 'You plan.' },
      { role: 'user', content: [{ type: 'text', text: 'See https://example.org/picture.png' }] },
    ],
    maxOutputTokens: 77,
    responseFormat: { type: 'json', name: 'plan', schema: { type: 'object', properties: {} } },
    providerOptions: options,
  });
  await expect(asked).rejects.toThrow();
  return { sent, urls };
}

const accessKey = JSON.stringify({ accessKeyId: 'AKID', secretAccessKey: KEY });
const vertex = { provider: 'vertex', model: 'gemini-2.5-pro', project: 'acme' } as const;
const bedrock = { provider: 'bedrock', model: 'anthropic.claude-v1:0', region: 'eu-west-1' } as const;
const bedrockUrl = 'https://bedrock-runtime.eu-west-1.amazonaws.com/model/anthropic.claude-v1%3A0/converse-stream';
const bearer = { authorization: `Bearer ${KEY}` };

const routes: Readonly<Record<string, readonly [Partial<Model>, string, Readonly<Record<string, string>>, string?]>> = {
  anthropic: [{ provider: 'anthropic' }, 'https://api.anthropic.com/v1/messages', { 'x-api-key': KEY }],
  openai: [{ provider: 'openai' }, 'https://api.openai.com/v1/responses', bearer],
  google: [
    { provider: 'google' },
    'https://generativelanguage.googleapis.com/v1beta/models/some-model:streamGenerateContent?alt=sse',
    { 'x-goog-api-key': KEY },
  ],
  vertex: [
    { ...vertex, region: 'europe-west4' },
    'https://europe-west4-aiplatform.googleapis.com/v1beta1/projects/acme/locations/europe-west4/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse',
    bearer,
  ],
  'vertex, global': [
    { ...vertex, region: 'global' },
    'https://aiplatform.googleapis.com/v1beta1/projects/acme/locations/global/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse',
    bearer,
  ],
  'bedrock with an API key': [bedrock, bedrockUrl, bearer],
  'bedrock with an access key': [
    bedrock,
    bedrockUrl,
    { authorization: 'AWS4-HMAC-SHA256 Credential=AKID/' },
    accessKey,
  ],
  azure: [
    { provider: 'azure', endpoint: 'https://acme.openai.azure.com/openai' },
    'https://acme.openai.azure.com/openai/v1/responses?api-version=v1',
    { 'api-key': KEY },
  ],
  'azure behind a proxy': [
    { provider: 'azure', endpoint: 'https://models.acme.example/azure/' },
    'https://models.acme.example/azure/responses',
    { 'api-key': KEY },
  ],
  'openai-compatible': [
    { provider: 'openai-compatible', endpoint: 'http://127.0.0.1:8000/v1/' },
    'http://127.0.0.1:8000/v1/chat/completions',
    bearer,
  ],
};

test.each(Object.entries(routes))(
  '%s is asked once, at its own address, with the key it was given and nothing from the environment',
  async (_name, [model, url, headers, key = KEY]) => {
    const { sent, urls } = await sendTo(model, key);
    expect(sent.map((each) => each.url)).toEqual([url]);
    expect(urls).toContain(url);
    for (const [name, value] of Object.entries(headers)) expect(sent[0]?.headers.get(name)).toContain(value);
    const said = JSON.stringify([sent[0]?.body, ...(sent[0]?.headers ?? [])]);
    expect(said).not.toContain('ambient');
    expect(JSON.stringify(sent[0]?.body)).toMatch(/:77\b/);
    expect(JSON.stringify(sent[0]?.body)).not.toContain(KEY);
  },
);

test('what the provider would keep, it is told not to', async () => {
  for (const model of [{ provider: 'openai' }, { provider: 'azure', endpoint: 'https://a.example/v1' }] as const) {
    const { sent } = await sendTo(model, KEY);
    expect(sent[0]?.body).toMatchObject({ store: false });
  }
});

test('a server that wants no key gets none', async () => {
  const { sent } = await sendTo({ provider: 'openai-compatible', endpoint: 'http://127.0.0.1:8000/v1' }, '');
  expect(sent[0]?.headers.has('authorization')).toBe(false);
});

test('a key for Bedrock that is no key says so without repeating it', async () => {
  const broken = sendTo(bedrock, `{"accessKeyId": "${KEY}"`);
  await expect(broken).rejects.toMatchObject({ code: 'key-unusable', message: expect.not.stringContaining(KEY) });
});
