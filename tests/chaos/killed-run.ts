import { afterAll, beforeAll, expect } from 'vitest';
import { peekStatement, type RunEvent } from '@duovir/protocol';
import { startSigned } from '../signed-run.ts';
import { Installation } from './installation.ts';

/** Where in the run a process dies: at the n-th event of that type. */
export interface Point {
  readonly process: string;
  readonly event: RunEvent['type'];
  readonly nth: number;
}

/** One installation for all kills of a file. Its ledger verifies after them. */
export function installationToKill(): Installation {
  const installation = new Installation();
  beforeAll(() => installation.up(), 120_000);
  afterAll(async () => {
    try {
      expect(await installation.duovir('ledger', 'verify')).toMatch(/verif/i);
    } finally {
      await installation.close();
    }
  }, 180_000);
  return installation;
}

/** A run with a heal in it, in which one process is killed, goes on and ends right, and nothing in it is done twice. */
export async function killDuringRun(installation: Installation, point: Point): Promise<void> {
  const client = await installation.client();
  const { id } = await startSigned(installation.state, client, {
    goal: 'nginx in front of two upstreams',
    target: 'sandbox',
    occupiedPorts: [8080],
  });
  await reach(installation, id, point);
  await installation.kill(point.process);
  const events = await settle(installation, id);
  const end = events.at(-1)!;
  expect(end).toMatchObject({ type: 'run-end', body: { outcome: 'succeeded' } });
  // The feed has neither gap nor repetition, and nothing was done twice.
  expect(events.map(({ seq }) => seq)).toEqual([...new Set(events.map(({ seq }) => seq))].toSorted((a, b) => a - b));
  await assertOnce(installation, id);
}

async function reach(installation: Installation, id: string, point: Point): Promise<void> {
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
async function settle(installation: Installation, id: string): Promise<readonly RunEvent[]> {
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
async function assertOnce(installation: Installation, id: string): Promise<void> {
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
