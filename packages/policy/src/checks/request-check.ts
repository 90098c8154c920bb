import { canonicalJson, type AcceptedRequest, type Plan, type TrustPolicy } from '@duovir/protocol';
import type { FindingDraft } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import { quote } from '../finding/quote.ts';

/** The plan answers the request it was made for: same run, target, environment, data class, inputs, rehearsal. */
export function requestFindings(plan: Plan, { run, request }: AcceptedRequest): FindingDraft[] {
  const findings: FindingDraft[] = [];
  const expect = (rule: string, holds: boolean, at: string, claim: string): void => {
    if (holds) return;
    findings.push({
      rule,
      severity: 'critical',
      step: null,
      claim,
      evidence: [at],
      suggestion: 'Plan what was asked for; a change of it is a new request.',
    });
  };
  expect('check.request-run', plan.run === run, '/run', 'The plan is for another run.');
  expect(
    'check.request-target',
    plan.target.kind === request.target && plan.target.id === run,
    '/target',
    'The plan names another target than the request.',
  );
  expect(
    'check.request-environment',
    plan.environment === request.environment,
    '/environment',
    `The request says ${request.environment}, the plan ${plan.environment}; the risk class depends on it.`,
  );
  expect(
    'check.request-data-class',
    plan.dataClass === request.dataClass,
    '/dataClass',
    `The request says ${request.dataClass}, the plan ${plan.dataClass}; the risk class depends on it.`,
  );
  if (request.playbook !== undefined) {
    const { pack, playbook } = plan.source;
    expect(
      'check.request-playbook',
      request.playbook === playbook || request.playbook === `${pack}/${playbook}`,
      '/source',
      `The request names the playbook ${quote(request.playbook)}; this is another.`,
    );
  }
  const [first] = plan.steps;
  if (first?.call.action === 'sandbox.open@1')
    expect(
      'check.request-rehearsal',
      canonicalJson(ascending(first.call.with.occupiedPorts)) === canonicalJson(ascending(request.occupiedPorts)),
      '/steps/0/call/with/occupiedPorts',
      'The ports taken for the rehearsal are not those of the request.',
    );
  // A heal changes inputs; what it may change is `checkHeal`'s question.
  if (plan.revision === 1)
    for (const [name, value] of Object.entries(request.inputs))
      expect(
        'check.request-input',
        Object.hasOwn(plan.source.inputs, name) && canonicalJson(plan.source.inputs[name]) === canonicalJson(value),
        pointer('source', 'inputs', name),
        `The plan does not use the value the request gives for ${quote(name)}.`,
      );
  return findings;
}

/** Separation (Invariant 2) can only be kept between principals that are known. */
export function principalFindings({ requester }: AcceptedRequest, policy: TrustPolicy): FindingDraft[] {
  const known = policy.principals.some(({ name, role }) => name === requester && role === 'person');
  if (known) return [];
  return [
    {
      rule: 'check.requester-enrolled',
      severity: 'critical',
      step: null,
      claim: `${quote(requester)}, who requests this, is not a person of the trust policy.`,
      evidence: ['/run'],
      suggestion: 'Have the security officer enrol the person in the trust policy.',
    },
  ];
}

function ascending(numbers: readonly number[]): number[] {
  return numbers.toSorted((left, right) => left - right);
}
