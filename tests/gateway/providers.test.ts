import { expect, test } from 'vitest';
import type { Model } from '@duovir/protocol';
import { expectRecorded, install } from './installation.ts';

const usage = { inputTokens: 120, outputTokens: 30, cachedInputTokens: 20, reasoningTokens: 0 };

const providers: Readonly<Record<string, { readonly model: Partial<Model>; readonly path: string }>> = {
  'openai-compatible': { model: {}, path: '/v1/chat/completions' },
  anthropic: { model: { provider: 'anthropic', model: 'claude-sonnet-4-5' }, path: '/v1/messages' },
  'anthropic without output format': {
    model: { provider: 'anthropic', model: 'claude-3-haiku-20240307' },
    path: '/v1/messages',
  },
  openai: { model: { provider: 'openai', model: 'gpt-5' }, path: '/v1/responses' },
  google: {
    model: { provider: 'google', model: 'gemini-2.5-pro' },
    path: '/v1/models/gemini-2.5-pro:streamGenerateContent?alt=sse',
  },
};

test.each(Object.entries(providers))(
  '%s answers, and the bytes it got are the bytes on record',
  async (_name, { model, path }) => {
    const key = `key-${'x7'.repeat(8)}`;
    const value = { plan: 'one primary, two replicas' };
    const installation = await install([{ kind: 'json', value, usage, pace: { pieceCharacters: 5 } }], {
      model: { ...model, key: { kind: 'env', name: 'MODEL_KEY' } },
      environment: { MODEL_KEY: key },
    });
    const { server, records, faults } = installation;
    const answer = await installation.ask();
    expect(faults).toEqual([]);
    expect(answer).toMatchObject({ kind: 'answer', model: 'thinker', value, tokens: 150, microUsd: 252 });
    expectRecorded(installation);
    const [request] = server.requests();
    expect(request?.path).toBe(path);
    expect(request?.body.toString()).not.toContain(key);
    expect(JSON.stringify(request?.headers)).toContain(key);
    expect(records.ended).toMatchObject([{ outcome: 'answered', status: 200, spent: { tokens: 150, microUsd: 252 } }]);
    expect(Buffer.from(records.ended[0]?.received ?? []).toString()).toContain('usage');
  },
);
