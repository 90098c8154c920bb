import { policies, REQUESTER, RISK_CLASS } from './policies.ts';
import type { Execution } from './runner.ts';
import type { Word } from './word.ts';

/**
 * Why something must not have been executed; told from what was signed, without the rule that the product counts by. Undefined
 * where nothing is wrong.
 */
export function faultOf(
  { request, newest, tick, generation, isStopped, versionThen, order }: Execution,
  earlier: readonly Execution[],
): string | undefined {
  if (earlier.some((other) => other.request.permit === request.permit)) return 'a permit was used twice';
  if (isStopped) return 'something was begun while everything was stopped';
  if (!request.isLogged) return 'a permit was used that is not in the ledger';
  if (tick >= request.expires) return 'a permit was used after its time';
  if (earlier.some((other) => other.order < order && other.newest.policy.version > newest.policy.version))
    return 'an older trust policy came back';
  if (versionThen !== newest.policy.version) return 'another trust policy had come into force meanwhile';
  if (generation === 'settled' || (request.opens ? request.fence <= generation : request.fence !== generation))
    return 'a permit was used for another sandbox';
  const { policy } = policies.find((signed) => signed.policy.version === request.version) ?? newest;
  if (policy.version < newest.policy.version - 1) return 'it was decided under a policy from before the last one';
  if (policy.version === newest.policy.version - 1 && tick >= newest.decidedUntil)
    return 'it was decided under the last policy, and carried out too late';
  const revoked = request.words.find(({ signer }) => newest.policy.principals.every(({ name }) => name !== signer));
  if (revoked) return `it rests on ${revoked.signer}, who had been revoked`;
  return quorumFault(request.words, policy.quorum[RISK_CLASS]?.people ?? Infinity);
}

const groups: Readonly<Record<string, string>> = {
  'reviewer-one': 'rules',
  'reviewer-two': 'rules',
  'reviewer-three': 'others',
};

function quorumFault(words: readonly Word[], people: number): string | undefined {
  const said = (signer: string, verdict: string): boolean =>
    words.some((word) => word.signer === signer && word.verdict === verdict);
  const reviewers = Object.keys(groups).filter((name) => said(name, 'approve'));
  const persons = ['boris', 'vera', REQUESTER].filter((name) => said(name, 'approve') && name !== REQUESTER);
  const isStubborn = Object.keys(groups).some((name) => {
    const own = words.filter(({ signer }) => signer === name);
    return own.length > 0 && own.every((word) => word.kind === 'opinion' && word.verdict === 'reject' && word.isGrave);
  });
  if (isStubborn) return 'something critical was outvoted';
  if (reviewers.length + persons.length < 2) return 'fewer than two had approved';
  if (persons.length < people) return 'no person had approved';
  if (new Set(reviewers.map((name) => groups[name])).size + persons.length < 2) return 'one group alone had approved';
  return undefined;
}
