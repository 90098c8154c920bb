import { digestOf, type Digest, type ProbeOutcome, type SandboxHandle } from '@duovir/protocol';
import type { Conceal } from '../restoration/concealment.ts';
import type { Visit } from '../sandbox/visit.ts';
import type { Baselines } from './baselines.ts';
import { snapshotDifferences } from './snapshot-difference.ts';

/** The environment as a whole: processes, listeners, files. */
export interface EnvironmentLook {
  readonly outcome: ProbeOutcome;
  readonly fingerprint: Digest | null;
  readonly differences: readonly string[];
}

type Place = Pick<SandboxHandle, 'run' | 'generation'>;

/** Once for each sandbox: asked again, the attestor says what it has seen the first time. */
export async function takeBaseline(
  { run, generation }: Place,
  visit: Visit,
  baselines: Baselines,
): Promise<EnvironmentLook> {
  const kept = await baselines.of(run, generation);
  const snapshot = kept ?? (await visit.snapshot());
  if (!kept) await baselines.keep(run, generation, snapshot);
  return { outcome: 'succeeded', fingerprint: digestOf(snapshot), differences: [] };
}

/** Whether everything is as it was when the baseline was taken: the attestor's own, which whoever asks can only name. */
export async function compareWithBaseline(
  { run, generation }: Place,
  baseline: Digest | null,
  visit: Visit,
  baselines: Baselines,
  conceal: Conceal,
): Promise<EnvironmentLook> {
  const snapshot = await visit.snapshot();
  const fingerprint = digestOf(snapshot);
  const before = await baselines.of(run, generation);
  if (!before || baseline !== digestOf(before))
    return { outcome: 'unknown', fingerprint, differences: ['No such baseline was ever taken here.'] };
  if (fingerprint === baseline) return { outcome: 'succeeded', fingerprint, differences: [] };
  return { outcome: 'failed', fingerprint, differences: snapshotDifferences(before, snapshot, conceal) };
}
