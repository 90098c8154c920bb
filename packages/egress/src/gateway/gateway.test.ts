import { expect, test } from 'vitest';
import type { TrustPolicy } from '@duovir/protocol';
import { createGateway } from './gateway.ts';

test('Invariant 7, egress: without a model every call is refused, and the error says what was not done', async () => {
  const policy = { version: 7, egress: { models: [], allowed: [] } } as Partial<TrustPolicy> as TrustPolicy;
  const gateway = createGateway(() => policy);
  const call = gateway.call({
    run: 'run-aaaaaaaaaaaaaaaaaaaa',
    agent: 'planner',
    dataClass: 'public',
    prompt: 'hello',
  });
  await expect(call).rejects.toMatchObject({ code: 'no-model-configured', consequence: 'refuse' });
  await expect(call).rejects.toThrow('version 7 allows none, so nothing was sent');
});
