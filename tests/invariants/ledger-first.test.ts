import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '@duovir/protocol';
import { Installation } from '../chaos/installation.ts';
import { startSigned } from '../signed-run.ts';

const installation = new Installation();
beforeAll(() => installation.up(), 120_000);
afterAll(() => installation.close(), 60_000);

test('Invariant 9: without a witness to cosign the ledger nothing executes, and with it back the run goes on', async () => {
  const client = await installation.client();
  await installation.signal('witness', 'SIGSTOP');
  const leave = new AbortController();
  const events: RunEvent[] = [];
  try {
    const { id } = await startSigned(installation.state, client, {
      goal: 'Cluster Redis: three masters',
      target: 'sandbox',
    });
    const watching = (async () => {
      for await (const event of client.events(id, { signal: leave.signal })) {
        events.push(event);
        if (event.type === 'run-end') return;
      }
    })();
    await pause(5_000);
    expect(events.map(({ type }) => type)).toContain('verdict-reach');
    expect(events.map(({ type }) => type)).not.toContain('step-start');
    await installation.signal('witness', 'SIGCONT');
    await watching;
  } finally {
    await installation.signal('witness', 'SIGCONT');
    leave.abort();
  }
  expect(events.at(-1)).toMatchObject({ type: 'run-end', body: { outcome: 'succeeded' } });
}, 180_000);
