import { checkIntent } from '@duovir/policy';
import { intentDigest, type Grounds, type RiskClass } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { openEnrolled, stillEnrolled } from './signed-statement.ts';
import type { DecidingPolicy } from './trust-anchor.ts';

/** Invariant 2 can be kept between known people only: otherwise whoever asks could be made up, and approve himself. */
export function assertRequester({ request: { requester } }: Grounds, deciding: DecidingPolicy): void {
  const person = deciding.policy.principals.find(({ name, role }) => name === requester && role === 'person');
  if (!person)
    throw new RunnerError('requester-unknown', `${requester} is not enrolled as a person who may ask for runs.`);
  stillEnrolled(person, deciding.newest.policy);
}

/** From the class the trust policy names on, the requester has signed exactly this request, for exactly this run. */
export function assertIntended({ request, intent }: Grounds, riskClass: RiskClass, deciding: DecidingPolicy): void {
  if (intent === null) {
    const [missing] = checkIntent(riskClass, false, deciding.policy);
    if (missing) throw new RunnerError('intent-missing', missing.claim);
    return;
  }
  const { signer, statement } = openEnrolled(intent, 'intent', 'person', deciding, 'intent-forged');
  const asked = request.requester;
  if (signer.name !== asked || statement.predicate.requester !== asked || statement.run !== request.run)
    throw new RunnerError('intent-forged', `${signer.name} has not asked for ${request.run} in the name of ${asked}.`);
  if (statement.subject !== intentDigest(request))
    throw new RunnerError('intent-forged', `${signer.name} has asked for something else.`);
}
