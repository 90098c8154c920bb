import type { ExecutionSubject, Predicate } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import type { RunFence } from '../execution/run-fences.ts';

/**
 * A permit is for one generation of the run's sandbox (Invariant 11). Opening starts a new one; everything else belongs
 * to the one opened last. A settled run has none.
 */
export function assertFence(subject: ExecutionSubject, permit: Predicate<'permit'>, fence: RunFence): void {
  if (fence.kind === 'settled')
    throw new RunnerError('run-settled', 'The run is settled; its sandbox is gone for good.');
  const { generation } = fence;
  const opens = subject.call.action === 'sandbox.open@1';
  if (opens ? permit.fence > generation : permit.fence === generation && generation > 0) return;
  throw new RunnerError(
    'fence-stale',
    `The permit is for generation ${permit.fence} of the sandbox; the last one opened is ${generation}.`,
  );
}
