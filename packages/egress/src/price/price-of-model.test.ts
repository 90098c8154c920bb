import { expect, test } from 'vitest';
import type { Model } from '@duovir/protocol';
import { priceOf } from './price-of-model.ts';
import { priceSnapshot } from './price-snapshot.ts';

type Priced = Parameters<typeof priceOf>[0];
const now = new Date('2026-11-01T00:00:00Z');
const model = (provider: Model['provider'], name: string, more: Partial<Priced> = {}): Priced => ({
  provider,
  model: name,
  price: { kind: 'snapshot' },
  ...more,
});
const input = (priced: Priced): number => priceOf(priced, now)[0].input;

test.each([
  ['anthropic', 'claude-sonnet-4-6', 3_000_000],
  ['anthropic', 'claude-sonnet-4-5-20250929', 3_000_000],
  ['anthropic', 'claude-3-5-haiku-20241022', 800_000],
  ['openai', 'gpt-5.4', 2_500_000],
  ['openai', 'gpt-4o-2024-05-13', 5_000_000],
  ['openai', 'gpt-4.1-2025-04-14', 2_000_000],
  ['google', 'gemini-2.5-pro', 1_250_000],
  ['bedrock', 'global.anthropic.claude-haiku-4-5-20251001-v1:0', 1_000_000],
  ['bedrock', 'eu.anthropic.claude-haiku-4-5-20251001-v1:0', 1_100_000],
  ['bedrock', 'anthropic.claude-opus-4-6-v1', 5_500_000],
  ['bedrock', 'openai.gpt-5.4', 2_750_000],
  ['azure', 'gpt-5.4', 2_750_000],
] as const)('%s sells %s at %d', (provider, name, expected) => {
  expect(input(model(provider, name))).toBe(expected);
});

test('on Vertex the vendor is known by the model, and a region costs a tenth more than the global endpoint', () => {
  expect(input(model('vertex', 'claude-sonnet-4-5@20250929', { region: 'global' }))).toBe(3_000_000);
  expect(input(model('vertex', 'claude-sonnet-4-6@default', { region: 'europe-west1' }))).toBe(3_300_000);
  expect(input(model('vertex', 'gemini-2.5-pro', { region: 'europe-west1' }))).toBe(1_375_000);
});

test('another endpoint than the public one may be a dearer region', () => {
  expect(input(model('openai', 'gpt-5.4', { endpoint: 'https://eu.api.openai.com/v1' }))).toBe(2_750_000);
});

test.each([
  ['anthropic', 'claude-sonnet-99'],
  ['openai', 'constructor'],
  ['openai', 'gpt-image-1'],
  ['azure', 'our-deployment'],
  ['bedrock', 'meta.llama3-1-70b-instruct-v1:0'],
  ['openai-compatible', 'gpt-5.4'],
] as const)('a price that nobody has listed is refused: %s %s', (provider, name) => {
  expect(() => priceOf(model(provider, name), now)).toThrow(expect.objectContaining({ code: 'price-unknown' }));
});

test('a fixed price in the trust policy counts as it is, for any model', () => {
  const rates = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 };
  const fixed = model('azure', 'our-deployment', { price: { kind: 'fixed', ...rates } });
  expect(priceOf(fixed, new Date('2099-01-01'))).toEqual([{ above: 0, ...rates }]);
});

test('a snapshot older than 180 days is refused', () => {
  const day = (age: number): Date => new Date(Date.parse(priceSnapshot.verifiedAt) + age * 86_400_000);
  expect(priceOf(model('openai', 'gpt-5.4'), day(180))).toBeDefined();
  expect(() => priceOf(model('openai', 'gpt-5.4'), day(180.01))).toThrow(
    expect.objectContaining({ code: 'price-outdated' }),
  );
});

test('the tiers of every listed price are in order, and reading from a cache is nowhere dearer than the prompt', () => {
  const prices = Object.values(priceSnapshot.models).flatMap((models) => Object.values(models));
  expect(prices.length).toBeGreaterThan(80);
  for (const price of prices) {
    expect(price.map(({ above }) => above)).toEqual(price.map(({ above }) => above).toSorted((a, b) => a - b));
    for (const { input: prompt, cacheRead, cacheWrite, output } of price) {
      expect(cacheRead).toBeLessThanOrEqual(prompt);
      expect(prompt).toBeLessThanOrEqual(cacheWrite);
      expect(prompt).toBeLessThan(output);
    }
  }
});
