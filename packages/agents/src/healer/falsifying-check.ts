import { isDenied, policyFloor, readsOnly } from '@duovir/policy';
import { executionSubject, type Failure, type Plan, type Probe } from '@duovir/protocol';
import type { DraftProbe } from '../draft/draft-probe.ts';
import { renderDraftProbe } from '../draft/render-draft-probe.ts';
import { AgentError } from '../error.ts';

export type FalsifyingCheck =
  | { readonly kind: 'check'; readonly probe: Probe }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * The probe that would show a diagnosis wrong. It is run before anybody has voted on it, so it may do nothing but look:
 * programs that the policy knows to read, inside the sandbox of the run.
 */
export function falsifyingCheck(
  check: DraftProbe,
  plan: Plan,
  { step: failed }: Pick<Failure, 'step'>,
): FalsifyingCheck {
  try {
    const probe = { ...renderDraftProbe(check, plan.source.inputs, ['check']), id: 'falsify' };
    if (probe.action === 'command.probe@1' && !readsOnly(probe.with.argv))
      return { kind: 'refused', why: 'The command cannot be seen to change nothing.' };
    const [denied] = floorFindings(plan, failed, probe);
    return denied === undefined ? { kind: 'check', probe } : { kind: 'refused', why: denied };
  } catch (error) {
    if (error instanceof AgentError) return { kind: 'refused', why: error.message };
    throw error;
  }
}

/** The floor of every step, over nothing but the probe. */
function floorFindings(plan: Plan, failed: string, probe: Probe): string[] {
  const steps = plan.steps
    .filter(({ id }) => id === failed)
    .map((step) => ({ ...step, call: { action: 'sandbox.close@1' as const, with: {} }, verify: [probe] }));
  const subject = executionSubject({ ...plan, steps }, failed, 'apply');
  if (!subject) return [`The plan has no step ${failed}.`];
  return policyFloor(subject)
    .filter((finding) => isDenied([finding]))
    .map(({ claim }) => claim);
}
