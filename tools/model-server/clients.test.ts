import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  APICallError,
  generateText,
  NoObjectGeneratedError,
  Output,
  streamText,
  tool,
  type LanguageModel,
  type Tool,
} from 'ai';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { ModelCall } from './brain.ts';
import { startModelServer } from './model-server.ts';
import type { Reply } from './reply.ts';
import type { ModelServer } from './server.ts';

const opened: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (server) => server.close()));
});

async function serverThat(...replies: readonly Reply[]): Promise<ModelServer & { readonly calls: ModelCall[] }> {
  const calls: ModelCall[] = [];
  const server = await startModelServer({
    brain: (call) => {
      calls.push(call);
      return replies[calls.length - 1] ?? replies.at(-1) ?? { kind: 'hang' };
    },
  });
  opened.push(server);
  return { ...server, calls };
}

const clients: Readonly<Record<string, (url: string) => LanguageModel>> = {
  'OpenAI responses': (url) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'none' })('gpt-5'),
  'OpenAI chat': (url) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'none' }).chat('gpt-4.1'),
  'OpenAI compatible': (url) =>
    createOpenAICompatible({
      name: 'vllm',
      baseURL: `${url}/v1`,
      apiKey: 'none',
      includeUsage: true,
      supportsStructuredOutputs: true,
    })('llama'),
  Anthropic: (url) => createAnthropic({ baseURL: `${url}/v1`, apiKey: 'none' })('claude-sonnet-4-5'),
  'Anthropic without output format': (url) =>
    createAnthropic({ baseURL: `${url}/v1`, apiKey: 'none' })('claude-3-haiku-20240307'),
  Google: (url) => createGoogle({ baseURL: `${url}/v1beta`, apiKey: 'none' })('gemini-2.5-pro'),
};
const usage = { inputTokens: 120, outputTokens: 30, cachedInputTokens: 20, reasoningTokens: 0 };
const opinion = z.object({ verdict: z.enum(['approve', 'reject']), reason: z.string() }).meta({ title: 'opinion' });
const ask = { system: 'You review plans.', prompt: 'Is port 5433 free?', maxRetries: 0, maxOutputTokens: 500 };

describe.each(Object.entries(clients))('%s', (_name, modelAt) => {
  test('reads a text and what it cost', async () => {
    const server = await serverThat({ kind: 'text', text: 'It is free — Привет 🚀', usage });
    const answer = await generateText({ ...ask, model: modelAt(server.url) });
    expect(answer.text).toBe('It is free — Привет 🚀');
    expect(answer.finishReason).toBe('stop');
    expect(answer.usage).toMatchObject({ inputTokens: 120, outputTokens: 30 });
    expect(server.calls[0]).toMatchObject({ system: 'You review plans.', streams: false, attempt: 1 });
    expect(server.calls[0]?.prompt).toContain('Is port 5433 free?');
  });

  test('reads a stream in pieces, with usage at its end', async () => {
    const text = 'Nothing listens there, so it is free. 🚀'.repeat(3);
    const server = await serverThat({ kind: 'text', text, usage, pace: { pieceCharacters: 7 } });
    const stream = streamText({ ...ask, model: modelAt(server.url) });
    const pieces: string[] = [];
    for await (const piece of stream.textStream) pieces.push(piece);
    expect(pieces.join('')).toBe(text);
    expect(pieces.length).toBeGreaterThan(5);
    expect(await stream.usage).toMatchObject({ inputTokens: 120, outputTokens: 30 });
    expect(server.calls[0]?.streams).toBe(true);
  });

  test('asks for JSON by a schema, which the brain sees', async () => {
    const value = { verdict: 'reject', reason: 'The port is taken.' };
    const server = await serverThat({ kind: 'json', value });
    const answer = await generateText({
      ...ask,
      model: modelAt(server.url),
      output: Output.object({ schema: opinion, name: 'opinion' }),
    });
    expect(answer.output).toEqual(value);
    expect(server.calls[0]?.schemaName).toBe('opinion');
    expect(server.calls[0]?.schema).toMatchObject({ required: ['verdict', 'reason'] });
  });

  test('streams JSON', async () => {
    const value = { verdict: 'approve', reason: 'Nothing listens there.' };
    const server = await serverThat({ kind: 'json', value, pace: { pieceCharacters: 3 } });
    const output = Output.object({ schema: opinion, name: 'opinion' });
    const stream = streamText({ ...ask, model: modelAt(server.url), output });
    await stream.consumeStream();
    expect(await stream.output).toEqual(value);
  });

  test('refuses JSON of another shape', async () => {
    const server = await serverThat({ kind: 'json', value: { verdict: 'maybe' } });
    const output = Output.object({ schema: opinion, name: 'opinion' });
    const asked = generateText({ ...ask, model: modelAt(server.url), output });
    await expect(asked).rejects.toSatisfy((error) => NoObjectGeneratedError.isInstance(error));
  });

  test.each([false, true])('calls a tool (streaming: %s)', async (streams) => {
    const server = await serverThat({ kind: 'tools', calls: [{ name: 'look', input: { port: 5433 } }] });
    const look: Tool = tool({ description: 'Looks.', inputSchema: z.object({ port: z.int() }) });
    const settings = { ...ask, model: modelAt(server.url), tools: { look } };
    const calls = await (streams ? streamText(settings).toolCalls : (await generateText(settings)).toolCalls);
    expect(calls).toMatchObject([{ toolName: 'look', input: { port: 5433 } }]);
    expect(server.calls[0]?.tools).toEqual(['look']);
  });

  test('tells an answer that was cut off at its greatest length', async () => {
    const server = await serverThat({ kind: 'text', text: 'It is', finish: 'length' });
    expect((await generateText({ ...ask, model: modelAt(server.url) })).finishReason).toBe('length');
  });

  test('a 429 says when to come back, and the second try is the same bytes', async () => {
    const server = await serverThat(
      { kind: 'status', status: 429, retryAfterSeconds: 1 },
      { kind: 'text', text: 'yes' },
    );
    const started = performance.now();
    const answer = await generateText({ ...ask, maxRetries: 1, model: modelAt(server.url) });
    expect(answer.text).toBe('yes');
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(server.calls.map(({ attempt }) => attempt)).toEqual([1, 2]);
    const [first, second] = server.requests();
    expect(first?.digest).toBe(second?.digest);
  });

  test('a 500 is an error with its message', async () => {
    const server = await serverThat({ kind: 'status', status: 500, message: 'out of order' });
    const error: unknown = await generateText({ ...ask, model: modelAt(server.url) }).catch((cause: unknown) => cause);
    expect(error).toSatisfy((cause) => APICallError.isInstance(cause));
    expect(error).toMatchObject({ statusCode: 500, message: 'out of order' });
  });

  test.each([
    { kind: 'drop', afterBytes: 0, answer: { kind: 'text', text: 'never' } },
    { kind: 'drop', afterBytes: 40, answer: { kind: 'text', text: 'never' } },
    { kind: 'truncate', afterBytes: 40, answer: { kind: 'text', text: 'never' } },
    { kind: 'garbage' },
  ] satisfies Reply[])('an answer that breaks is no answer: $kind $afterBytes', async (reply) => {
    const server = await serverThat(reply);
    await expect(generateText({ ...ask, model: modelAt(server.url) })).rejects.toThrow();
  });

  test.each(['drop', 'truncate'] as const)('a stream that breaks off never looks finished: %s', async (kind) => {
    const answer = { kind: 'text', text: 'never '.repeat(100) } as const;
    const server = await serverThat({ kind, afterBytes: 1_500, answer });
    const errors: unknown[] = [];
    const stream = streamText({ ...ask, model: modelAt(server.url), onError: ({ error }) => void errors.push(error) });
    await stream.consumeStream();
    const reason = await Promise.resolve(stream.finishReason).catch((error: unknown) => String(error));
    expect(reason).not.toBe('stop');
  });

  test('an abort closes the connection of an answer that never comes', async () => {
    const server = await serverThat({ kind: 'hang' });
    const asked = generateText({ ...ask, model: modelAt(server.url), abortSignal: AbortSignal.timeout(150) });
    await expect(asked).rejects.toThrow();
    await expect.poll(() => server.requests().map(({ state }) => state)).toEqual(['left']);
  });

  test('an abort in the middle of a slow stream ends it', async () => {
    const text = 'slow '.repeat(200);
    const server = await serverThat({ kind: 'text', text, pace: { pieceCharacters: 5, pieceMilliseconds: 20 } });
    const aborter = new AbortController();
    const stream = streamText({ ...ask, model: modelAt(server.url), abortSignal: aborter.signal });
    let seen = '';
    for await (const piece of stream.textStream) {
      seen += piece;
      if (seen.length > 15) aborter.abort();
    }
    expect(seen.length).toBeLessThan(200);
    await expect.poll(() => server.requests().map(({ state }) => state)).toEqual(['left']);
  });

  test.each([false, true])('early headers and white space do no harm (streaming: %s)', async (streams) => {
    const pace = { firstMilliseconds: 60, whiteSpaceMilliseconds: 10 };
    const server = await serverThat({ kind: 'text', text: 'at last', pace });
    const settings = { ...ask, model: modelAt(server.url) };
    expect(await (streams ? streamText(settings).text : (await generateText(settings)).text)).toBe('at last');
  });
});
