import { envelopeDigest, type Digest, type ExecuteRequest, type Predicate, type TrustPolicy } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { openSigned, type Signed } from './signed-statement.ts';

/** The verdict that the permit names carried exactly this plan. */
export function openVerdict(
  request: ExecuteRequest,
  permit: Predicate<'permit'>,
  plan: Digest,
  policy: TrustPolicy,
): Signed<'verdict'> {
  const verdict = openSigned(request.verdict, 'verdict', 'server', policy, 'verdict-forged');
  if (envelopeDigest(request.verdict) !== permit.verdict || permit.motion !== plan)
    throw new RunnerError('verdict-missing', 'The permit rests on another motion or verdict than the one sent.');
  if (verdict.statement.subject !== plan)
    throw new RunnerError('verdict-missing', 'The verdict is about another plan.');
  if (verdict.statement.predicate.verdict !== 'carried')
    throw new RunnerError('verdict-missing', `The motion was not carried: ${verdict.statement.predicate.verdict}.`);
  return verdict;
}
