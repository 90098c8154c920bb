import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '@duovir/protocol';
import { peekStatement } from '@duovir/protocol';
import { startSigned } from '../signed-run.ts';
import { Installation } from './installation.ts';

/** Where in the run a process dies: at the n-th event of that type. */
interface Point {
  readonly process: string;
  readonly event: RunEvent['type'];
  readonly nth: number;
}

const points: readonly Point[] = [
  { process: 'server', event: 'plan-propose', nth: 1 },
  { process: 'server', event: 'opinion-commit', nth: 1 },
  { process: 'server', event: 'step-start', nth: 5 },
  { process: 'server', event: 'patch-propose', nth: 1 },
  { process: 'runner', event: 'permit-mint', nth: 3 },
  { process: 'runner', event: 'step-start', nth: 6 },
  { process: 'runner', event: 'diagnosis-make', nth: 1 },
  { process: 'postgres', event: 'verdict-reach', nth: 1 },
  { process: 'postgres', event: 'step-start', nth: 4 },
  { process: 'postgres', event: 'diagnosis-confirm', nth: 1 },
  { process: 'reviewer-security', event: 'opinion-commit', nth: 1 },
  { process: 'supervisor', event: 'step-end', nth: 5 },
];

const installation = new Installation();
beforeAll(() => installation.up(), 120_000);
afterAll(() => installation.close(), 60_000);

test.each(points)(
  'Invariant 11: $process dies at $event $nth, and the run goes on and ends right',
  async (point) => {
    const client = await installation.client();
    const { id } = await startSigned(installation.state, client, {
      goal: 'nginx in front of two upstreams',
      target: 'sandbox',
      occupiedPorts: [8080],
    });
    await reach(id, point);
    await installation.kill(point.process);
    const events = await settle(id);
    const end = events.at(-1)!;
    expect(end).toMatchObject({ type: 'run-end', body: { outcome: 'succeeded' } });
    // The feed has neither gap nor repetition, and nothing was done twice.
    expect(events.map(({ seq }) => seq)).toEqual([...new Set(events.map(({ seq }) => seq))].toSorted((a, b) => a - b));
    await assertOnce(id);
  },
  180_000,
);

test('the ledger of all of it verifies', async () => {
  expect(await installation.duovir('ledger', 'verify')).toMatch(/verif/i);
}, 120_000);

async function reach(id: string, point: Point): Promise<void> {
  const client = await installation.client();
  const leave = new AbortController();
  let left = point.nth;
  for await (const event of client.events(id, { signal: leave.signal })) {
    if (event.type === point.event) left -= 1;
    if (left === 0) return leave.abort();
    if (event.type === 'run-end')
      throw new Error(`the run ended before ${point.event} ${point.nth}: ${JSON.stringify(event.body)}`);
  }
}

/** Reads all over again, from the run's first event. */
async function settle(id: string): Promise<readonly RunEvent[]> {
  const client = await installation.client();
  const events: RunEvent[] = [];
  for await (const event of client.events(id)) {
    events.push(event);
    if (event.type === 'run-end') break;
  }
  return events;
}

/**
 * Every permit has at most one receipt, and no step with an effect to undo is applied twice in one sandbox without
 * being undone in between.
 */
async function assertOnce(id: string): Promise<void> {
  const client = await installation.client();
  const plan = await client.plan(id);
  const harmless = new Set(plan.steps.filter(({ compensate }) => compensate.kind === 'none').map((step) => step.id));
  const permits = new Set<string>();
  const applied = new Set<string>();
  for await (const entry of client.ledgerEntries()) {
    if (entry.run !== id || entry.kind !== 'receipt') continue;
    const statement = peekStatement(entry.envelope);
    if (statement.kind !== 'receipt') throw new Error('not a receipt');
    const { permit, step, purpose, fence, outcome } = statement.predicate as {
      permit: string;
      step: string;
      purpose: string;
      fence: number;
      outcome: string;
    };
    expect(permits).not.toContain(permit);
    permits.add(permit);
    const place = `${fence}/${step}`;
    if (purpose === 'compensate') applied.delete(place);
    else if (!harmless.has(step)) {
      expect(applied).not.toContain(place);
      if (outcome === 'succeeded') applied.add(place);
    }
  }
  expect(permits.size).toBeGreaterThan(0);
}
