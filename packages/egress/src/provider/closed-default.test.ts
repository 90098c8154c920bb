import { generateText } from 'ai';
import { expect, test } from 'vitest';
import { closeDefaultProvider } from './closed-default.ts';

test('a model asked by its name alone is not asked', async () => {
  closeDefaultProvider();
  closeDefaultProvider();
  await expect(generateText({ model: 'openai/gpt-5', prompt: 'hello' })).rejects.toThrow('never by name');
  expect(() => {
    globalThis.AI_SDK_DEFAULT_PROVIDER = undefined;
  }).toThrow(TypeError);
});
