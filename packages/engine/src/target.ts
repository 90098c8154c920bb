import { digestOf, type Digest, type Evidence, type Plan, type Probe } from '@duovir/protocol';
import type { Ports } from './ports.ts';
import { openFrom, record } from './stated.ts';

/** A digest no file has: it makes the attestor say which one it has. */
const NO_FILE = '0'.repeat(64);
const MOST_FILES = 64;

export interface TargetState {
  /** Over everything that must not change behind the back of those who decide. */
  readonly digest: Digest;
  readonly observations: NonNullable<Evidence['state']>;
}

/**
 * What stands where the plan will write, and which strangers listen. The run's own services come and go; they are no
 * drift. Undefined where there is no sandbox yet.
 */
export async function observeTarget(
  ports: Ports,
  run: string,
  plan: Plan,
  motion: Digest,
  look: { readonly key: string; readonly attempt: number },
): Promise<TargetState | undefined> {
  const sandbox = await ports.runner.sandbox(run);
  if (!sandbox) return undefined;
  const answer = await ports.attestor.attest({
    run,
    subject: motion,
    about: 'target',
    step: null,
    attempt: look.attempt,
    probes: probesOf(plan),
    sandbox,
    baseline: null,
    grounds: null,
    author: null,
    placeholders: [],
    restorations: [],
  });
  openFrom(ports, answer.attestation, 'attestation', 'attestor');
  await record(ports, look.key, run, answer.attestation);
  const strangers = answer.listeners
    .filter(({ service }) => service === null)
    .map(({ address, port }) => `${address}:${port}`)
    .toSorted();
  const files = answer.observations.map(({ id, observed }) => ({ id, observed }));
  return {
    digest: digestOf({ generation: sandbox.generation, files, strangers: [...new Set(strangers)] }),
    observations: answer.observations,
  };
}

function probesOf({ steps }: Plan): Probe[] {
  const paths = steps.flatMap(({ call }) =>
    call.action === 'file.write@1' || call.action === 'path.remove@1' ? [call.with.path] : [],
  );
  return [...new Set(paths)].slice(0, MOST_FILES).map((path, index) => ({
    id: `file-${index + 1}`,
    action: 'file.probe@1',
    with: { path },
    expect: { exists: true, sha256: NO_FILE },
    intervalMs: 250,
    deadlineMs: 0,
  }));
}
