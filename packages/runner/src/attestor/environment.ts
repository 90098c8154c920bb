import { digestOf, type Digest, type ProbeOutcome } from '@duovir/protocol';
import type { Conceal } from '../restoration/concealment.ts';
import type { Snapshot } from '../sandbox/snapshot.ts';
import type { Visit } from '../sandbox/visit.ts';
import type { Baselines } from './baselines.ts';
import { snapshotDifferences } from './snapshot-difference.ts';

/** The environment as a whole: processes, listeners, files. */
export interface EnvironmentLook {
  readonly outcome: ProbeOutcome;
  readonly fingerprint: Digest | null;
  readonly differences: readonly string[];
}

export async function takeBaseline(run: string, visit: Visit, baselines: Baselines): Promise<EnvironmentLook> {
  const snapshot = await visit.snapshot();
  await baselines.keep(run, snapshot);
  return { outcome: 'succeeded', fingerprint: digestOf(snapshot), differences: [] };
}

/** Whether everything is as it was when the baseline was taken. */
export async function compareWithBaseline(
  run: string,
  baseline: Digest | null,
  visit: Visit,
  baselines: Baselines,
  conceal: Conceal,
): Promise<EnvironmentLook> {
  const snapshot = await visit.snapshot();
  const fingerprint = digestOf(snapshot);
  if (baseline === null)
    return { outcome: 'unknown', fingerprint, differences: ['There is no baseline to compare with.'] };
  if (fingerprint === baseline) return { outcome: 'succeeded', fingerprint, differences: [] };
  return {
    outcome: 'failed',
    fingerprint,
    differences: differencesFrom(await baselines.find(run, baseline), snapshot, conceal),
  };
}

function differencesFrom(before: Snapshot | undefined, after: Snapshot, conceal: Conceal): string[] {
  if (!before) return ['The environment differs from a baseline that is not known here in detail.'];
  return snapshotDifferences(before, after, conceal);
}
