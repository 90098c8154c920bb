import type { Diagnosis, Failure, Plan, Probe } from '@duovir/protocol';
import { AgentError } from '../error.ts';
import { renderProbe } from '../playbook/render.ts';
import { bestMatch } from './match.ts';
import type { Signature } from './signature-schema.ts';

/** Names the cause of a failure from the evidence, or says that nobody knows it. Pure. */
export function diagnose(signatures: readonly Signature[], failure: Failure, plan: Plan): Diagnosis {
  const match = bestMatch(signatures, { ...failure, stderr: [failure.stderr, ...complaints(failure)].join('\n') });
  if (!match) return unknown(failure);
  const { signature, evidence } = match;
  const captures = withPlannedPort(signature, match.captures, failure, plan);
  const confirm = confirmation(signature, captures);
  const decision =
    signature.remedy.kind === 'retry'
      ? 'retry'
      : signature.remedy.kind === 'patch' && confirm.length > 0
        ? 'patch'
        : 'undo';
  return {
    class: signature.class,
    signature: signature.id,
    title: signature.title,
    explanation: explanationOf(signature, captures),
    captures: { ...captures },
    evidence: [...evidence],
    decision,
    confirm,
  };
}

/** What the attestor saw when a probe did not succeed says as much as the program's own words. */
function complaints({ probes }: Failure): string[] {
  return probes.filter(({ outcome }) => outcome !== 'succeeded').map(({ summary }) => summary);
}

function unknown(failure: Failure): Diagnosis {
  return {
    class: 'unknown',
    signature: null,
    title: 'The cause is not known',
    explanation: 'No signature recognises this output, and nothing is guessed.',
    captures: {},
    evidence: [`cause ${failure.cause}, exit ${failure.exit ?? 'none'}`],
    decision: 'undo',
    confirm: [],
  };
}

/** Some programs do not say which port: then it is the one the plan had them listen on. */
export function withPlannedPort(
  signature: Signature | undefined,
  captures: Readonly<Record<string, string>>,
  failure: Failure,
  plan: Plan,
): Readonly<Record<string, string>> {
  if (signature?.remedy.kind !== 'patch' || captures['port'] !== undefined) return captures;
  const step = plan.steps.find(({ id }) => id === failure.step);
  return step?.call.action === 'service.start@1' ? { ...captures, port: String(step.call.with.ready.port) } : captures;
}

/** Without all its probes a diagnosis cannot be confirmed, and what is not confirmed is not patched. */
export function confirmation(signature: Signature, captures: Readonly<Record<string, string>>): Probe[] {
  try {
    return signature.confirm.map((probe, index) => renderProbe(probe, {}, { captures }, ['confirm', index]));
  } catch (error) {
    if (error instanceof AgentError) return [];
    throw error;
  }
}

function explanationOf(signature: Signature, captures: Readonly<Record<string, string>>): string {
  const found = Object.entries(captures).map(([name, value]) => `${name} ${value}`);
  const where = found.length > 0 ? ` Found: ${found.join(', ')}.` : '';
  const propose = signature.remedy.kind === 'none' ? ` ${signature.remedy.propose}` : '';
  return `${signature.explain}${where}${propose}`.slice(0, 2000);
}
