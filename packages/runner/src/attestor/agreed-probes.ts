import { canonicalJson, commitTo, type AttestRequest, type Plan, type Probe, type TrustPolicy } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { openSigned } from '../permit/signed-statement.ts';
import type { CarriedPlan } from '../permit/verify-grounds.ts';

/** What looks without starting anything that the plan names. */
const LOOKS: readonly Probe['action'][] = ['file.probe@1', 'listener.probe@1'];

/**
 * A probe starts programs, so whose it is must be certain before anything is looked at: of the carried plan, byte for byte;
 * or of a healer's diagnosis or a reviewer's finding, each signed. Without a carried plan files and listeners may be looked
 * at, and nothing else. Throws `RunnerError`; nothing was started then.
 */
export function assertAgreed(request: AttestRequest, carried: CarriedPlan | undefined, policy: TrustPolicy): void {
  if (carried && carried.plan.run !== request.run)
    throw new RunnerError('permit-foreign-run', `The grounds are of ${carried.plan.run}, not of ${request.run}.`);
  const program = request.probes.find(({ action }) => !LOOKS.includes(action));
  if (program && !carried)
    throw new RunnerError('grounds-missing', `Probe ${program.id} starts a program, and no carried plan asks for it.`);
  if (carried && canonicalJson(request.placeholders) !== canonicalJson(carried.plan.placeholders ?? []))
    throw new RunnerError('probe-foreign', 'The placeholders sent are not those of the plan.');
  assertWritten(request, carried, policy);
}

function assertWritten(request: AttestRequest, carried: CarriedPlan | undefined, policy: TrustPolicy): void {
  const { about, probes } = request;
  switch (about) {
    case 'baseline':
    case 'restored':
      return assertSame(probes, []);
    case 'step':
    case 'control':
    case 'goal':
    case 'reading':
      return assertSame(probes, probesOf(subjectOf(request, carried), request), about === 'control');
    case 'confirmation':
      return assertDiagnosed(request, subjectOf(request, carried), policy);
    case 'finding':
      return assertFound(request, policy);
    case 'target':
      return assertOfPlan(probes, carried);
  }
}

/** An attestation about one plan must not be had with the probes of another. */
function subjectOf({ about, subject }: AttestRequest, carried: CarriedPlan | undefined): Plan {
  if (!carried) throw new RunnerError('grounds-missing', `An attestation about a ${about} needs the carried plan.`);
  if (carried.digest !== subject)
    throw new RunnerError('probe-foreign', 'The attestation asked for is about another plan.');
  return carried.plan;
}

function probesOf(plan: Plan, { about, step: id }: AttestRequest): readonly Probe[] {
  const step = plan.steps.find((one) => one.id === id);
  if (id !== null && !step) throw new RunnerError('probe-foreign', `The plan has no step ${id}.`);
  if (about === 'step') return step?.verify ?? [];
  if (about === 'control' && step) return step.check ? [step.check] : [];
  return plan.goal.successCriteria;
}

function assertDiagnosed({ run, step, attempt, author, probes }: AttestRequest, plan: Plan, policy: TrustPolicy): void {
  if (author?.kind !== 'diagnosis')
    throw new RunnerError('probe-foreign', 'Only a signed diagnosis says what confirms it.');
  const { diagnosis, salt } = author;
  const { statement } = openSigned(author.statement, 'diagnosis', 'healer', policy, 'diagnosis-forged');
  const { predicate } = statement;
  if (statement.run !== run || predicate.step !== step || predicate.attempt !== attempt)
    throw new RunnerError('diagnosis-forged', 'The diagnosis is of another failure.');
  if (!plan.steps.some(({ id }) => id === step))
    throw new RunnerError('probe-foreign', `The plan has no step ${step}.`);
  if (predicate.commitment !== committed(salt, diagnosis))
    throw new RunnerError('diagnosis-forged', 'The diagnosis was signed in other words.');
  assertSame(probes, diagnosis.confirm);
}

function assertFound({ run, subject, author, probes }: AttestRequest, policy: TrustPolicy): void {
  if (author?.kind !== 'finding')
    throw new RunnerError('probe-foreign', 'Only a signed opinion says what its finding is tested with.');
  const { detail, salt } = author;
  const { statement } = openSigned(author.opinion, 'opinion', 'reviewer', policy, 'opinion-forged');
  if (statement.run !== run || statement.subject !== subject)
    throw new RunnerError('opinion-foreign', 'The opinion is about another motion.');
  if (statement.predicate.commitment !== committed(salt, detail))
    throw new RunnerError('opinion-forged', 'The findings were signed in other words.');
  const tests = detail.findings.flatMap(({ check }) => (check?.means === 'probe' ? [check.probe] : []));
  for (const probe of probes)
    if (!tests.some((test) => isSame(probe, test, true)))
      throw new RunnerError('probe-foreign', `No finding of the opinion is tested with probe ${probe.id}.`);
}

/** What is there may be looked at before anything is decided; a program must be one of the plan's probes. */
function assertOfPlan(probes: readonly Probe[], carried: CarriedPlan | undefined): void {
  const programs = probes.filter(({ action }) => !LOOKS.includes(action));
  if (programs.length === 0 || !carried) return;
  const { goal, steps } = carried.plan;
  const planned = [
    ...goal.successCriteria,
    ...steps.flatMap(({ verify, check }) => (check ? [...verify, check] : verify)),
  ];
  for (const probe of programs)
    if (!planned.some((one) => isSame(probe, one, true)))
      throw new RunnerError('probe-foreign', `Probe ${probe.id} is not one of the plan's.`);
}

function assertSame(probes: readonly Probe[], agreed: readonly Probe[], once = false): void {
  const same = probes.length === agreed.length && agreed.every((one, index) => isSame(probes[index], one, once));
  if (!same) throw new RunnerError('probe-foreign', 'The probes sent are not, byte for byte, those that were agreed.');
}

/** `once`: may look without waiting for what is not there yet. */
function isSame(probe: Probe | undefined, agreed: Probe, once: boolean): boolean {
  if (!probe) return false;
  const bytes = canonicalJson(probe);
  return bytes === canonicalJson(agreed) || (once && bytes === canonicalJson({ ...agreed, deadlineMs: 0 }));
}

function committed(salt: string, words: unknown): string | undefined {
  return /^[0-9a-f]{64}$/.test(salt) ? commitTo(salt, canonicalJson(words)) : undefined;
}
