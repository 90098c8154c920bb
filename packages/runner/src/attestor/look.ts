import { setTimeout as sleep } from 'node:timers/promises';
import { plainText, type Json, type ProbeOutcome } from '@duovir/protocol';
import { SandboxError } from '../sandbox/error.ts';

/** What one look through one probe showed. */
export interface Look {
  readonly outcome: ProbeOutcome;
  readonly observed: Json;
  /** One line for people, of any length. */
  readonly summary: string;
}

export function look(outcome: ProbeOutcome, observed: Json, summary: string): Look {
  return { outcome, observed, summary: plainText(summary).replaceAll('\n', ' ') };
}

/** The probe itself could not be carried out, which says nothing about what it asks (Invariant 6). */
export function unknown(reason: string): Look {
  return look('unknown', null, reason);
}

export interface Patience {
  readonly intervalMs: number;
  /** 0: one look only. */
  readonly deadlineMs: number;
}

/** Looks again until the probe succeeds or the time agreed with the plan is over; the last look counts. */
export async function lookPatiently(once: () => Promise<Look>, { intervalMs, deadlineMs }: Patience): Promise<Look> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const seen = await once().catch(unknownFrom);
    if (seen.outcome === 'succeeded' || performance.now() + intervalMs > deadline) return seen;
    await sleep(intervalMs);
  }
}

function unknownFrom(error: unknown): Look {
  if (!(error instanceof SandboxError)) console.error(error);
  return unknown(error instanceof Error ? error.message : 'The probe could not be carried out.');
}
