import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText, type LanguageModel } from 'ai';
import { expect, onTestFinished, test } from 'vitest';
import { startCassetteServer } from './cassette-server.ts';
import { startModelServer } from './model-server.ts';
import type { ModelServer } from './server.ts';

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-cassette-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function closing(server: ModelServer): string {
  onTestFinished(async () => server.close());
  return server.url;
}

const models: Readonly<Record<string, (url: string) => LanguageModel>> = {
  OpenAI: (url) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'not-a-real-key' })('gpt-5'),
  Anthropic: (url) => createAnthropic({ baseURL: `${url}/v1`, apiKey: 'not-a-real-key' })('claude-sonnet-4-5'),
};

async function ask(model: LanguageModel, prompt: string): Promise<string> {
  return (await generateText({ model, prompt, maxRetries: 0 })).text;
}

/** Repeats the question, so that the words of a run come back in the answer. */
async function recorded(folder: string, modelAt: (url: string) => LanguageModel, prompt: string): Promise<void> {
  const echo = await startModelServer({ brain: ({ prompt: read }) => ({ kind: 'text', text: `You said: ${read}` }) });
  const recorder = await startCassetteServer({ folder, upstream: echo.url });
  expect(await ask(modelAt(recorder.url), prompt)).toBe(`You said: ${prompt}`);
  await Promise.all([echo.close(), recorder.close()]);
}

test.each(Object.entries(models))('%s: what was recorded is given again without the model', async (_, modelAt) => {
  const folder = scratch();
  await recorded(folder, modelAt, 'Is port 5433 free?');
  const url = closing(await startCassetteServer({ folder }));
  expect(await ask(modelAt(url), 'Is port 5433 free?')).toBe('You said: Is port 5433 free?');
});

test.each(Object.entries(models))('%s: a question that was never recorded is refused', async (_, modelAt) => {
  const url = closing(await startCassetteServer({ folder: scratch() }));
  await expect(ask(modelAt(url), 'Is port 5433 free?')).rejects.toThrow('No answer was recorded for question sha256:');
});

test('words of a run that differ do not make it another question, and come back as those of this run', async () => {
  const [folder, modelAt] = [scratch(), models['OpenAI'] as (url: string) => LanguageModel];
  const words = (tag: string, run: string): string =>
    `Use ZQX_SECRET_1_${tag} in run-${run.repeat(20)}, then ZQX_SECRET_1_${tag}.`;
  await recorded(folder, modelAt, words('0A1B2C3D', 'a'));
  const url = closing(await startCassetteServer({ folder }));
  expect(await ask(modelAt(url), words('99999999', 'b'))).toBe(`You said: ${words('99999999', 'b')}`);
  await expect(ask(modelAt(url), 'Use ZQX_SECRET_1_99999999.')).rejects.toThrow('No answer was recorded');
});

test('streams are kept byte for byte', async () => {
  const folder = scratch();
  const speaker = await startModelServer({ brain: () => ({ kind: 'text', text: 'slowly but surely' }) });
  const recorder = await startCassetteServer({ folder, upstream: speaker.url });
  const asked = { prompt: 'hello', maxRetries: 0 };
  for (const { url } of [recorder, { url: closing(await startCassetteServer({ folder })) }])
    expect(await streamText({ ...asked, model: models['OpenAI']?.(url) ?? '' }).text).toBe('slowly but surely');
  await Promise.all([speaker.close(), recorder.close()]);
});

test('no key of a client ends in a recording, and no failure is recorded', async () => {
  const [folder, modelAt] = [scratch(), models['Anthropic'] as (url: string) => LanguageModel];
  await recorded(folder, modelAt, 'hello');
  const [name] = readdirSync(folder);
  expect(readFileSync(join(folder, name ?? ''), 'utf8')).not.toContain('not-a-real-key');
  const busy = closing(await startModelServer({ brain: () => ({ kind: 'status', status: 429 }) }));
  const recorder = closing(await startCassetteServer({ folder, upstream: busy }));
  await expect(ask(modelAt(recorder), 'something else')).rejects.toThrow('The script says so.');
  expect(readdirSync(folder)).toEqual([name]);
});
