import type { Probe, ProbeObservation } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import type { Conceal } from '../restoration/concealment.ts';
import type { OpenedValue } from '../restoration/open-restorations.ts';
import { restoreProbe } from '../restoration/restore-placeholders.ts';
import type { Visit } from '../sandbox/visit.ts';
import { unknown, type Look } from './look.ts';
import { deniedRestored } from './probe-floor.ts';
import { lookThrough } from './probe.ts';

const LONGEST_SUMMARY = 500;

/** One after the other: what waits for the first is there for the next. */
export async function observe(
  run: string,
  probes: readonly Probe[],
  values: readonly OpenedValue[],
  visit: Visit,
  conceal: Conceal,
): Promise<ProbeObservation[]> {
  const observations: ProbeObservation[] = [];
  for (const probe of probes) {
    const restored = restoredProbe(run, probe, values);
    const seen = 'outcome' in restored ? restored : await lookThrough(restored, visit, conceal);
    observations.push(observation(probe.id, seen, conceal));
  }
  return observations;
}

/** A probe whose placeholders cannot be put back, or may not be, asks nothing, and so nothing is known (Invariant 6). */
function restoredProbe(run: string, probe: Probe, values: readonly OpenedValue[]): Probe | Look {
  try {
    const restored = restoreProbe(probe, values);
    const denied = deniedRestored(run, restored, probe);
    return denied === undefined ? restored : unknown(`${denied}: not with the values put in.`);
  } catch (error) {
    if (error instanceof RunnerError) return unknown(error.message);
    throw error;
  }
}

export function observation(id: string, { outcome, observed, summary }: Look, conceal: Conceal): ProbeObservation {
  return { id, outcome, observed, summary: conceal(summary).slice(0, LONGEST_SUMMARY) };
}
