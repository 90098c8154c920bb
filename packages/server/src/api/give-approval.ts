import {
  keyIdOfEnvelope,
  openStatement,
  type approvalRequestSchema,
  type Envelope,
  type Principal,
  type Statement,
} from '@duovir/protocol';
import type * as z from 'zod';
import { ServerError } from '../error.ts';
import { appendOnce } from '../ledger/append-once.ts';
import type { Api } from './ports.ts';

/**
 * Takes what a person has signed about a waiting motion. It counts only when it is his own, about these bytes, under
 * the trust policy in force, and not about his own request (Invariant 2).
 */
export async function giveApproval(
  api: Api,
  run: string,
  person: string,
  { motion, approval }: z.output<typeof approvalRequestSchema>,
): Promise<void> {
  const { state, requester } = await api.runs.view(run);
  if (state.kind === 'settled') throw new ServerError('run-settled', `${run} has already ended.`);
  const principal = enrolledPerson(api, person);
  const statement = openApproval(approval, principal);
  const known = (await api.approvals.given(motion)).some((given) => given.person === person);
  if (known) return;
  if (state.kind !== 'waiting' || state.motion !== motion)
    throw new ServerError('motion-not-waiting', `${run} does not wait for people about this motion.`);
  if (statement.run !== run || statement.subject !== motion)
    throw new ServerError('approval-invalid', 'The statement is about another motion or run.');
  if (statement.predicate.trustPolicy !== api.trust.current().digest)
    throw new ServerError('approval-invalid', 'The statement was made under another trust policy.');
  if (requester === person) throw new ServerError('separation', `${person} has requested ${run}.`);
  await take(api, run, person, approval, statement);
}

function enrolledPerson(api: Api, person: string): Principal {
  const principal = api.trust
    .current()
    .policy.principals.find(({ name, role }) => role === 'person' && name === person);
  if (!principal) throw new ServerError('forbidden', `${person} is not a person of the trust policy.`);
  return principal;
}

function openApproval(approval: Envelope, principal: Principal): Statement<'approval'> {
  const [owner] = keyIdOfEnvelope(approval).split('/');
  if (owner !== principal.name)
    throw new ServerError('approval-foreign', `The statement is signed by ${owner ?? 'nobody'}, not by you.`);
  try {
    return openStatement(approval, 'approval', principal);
  } catch (cause) {
    throw new ServerError('approval-invalid', 'The statement does not bear your signature.', cause);
  }
}

/** Every part may be repeated: a crash in between leaves what the next try completes. */
async function take(
  api: Api,
  run: string,
  person: string,
  approval: Envelope,
  statement: Statement<'approval'>,
): Promise<void> {
  const { subject: motion, predicate } = statement;
  // The first word of a person on a motion stands.
  const stated = await appendOnce(api.ledger, `${run}/approval/${motion}/${person}`, run, approval);
  const { verdict } = predicate;
  const time = api.clock.now().toISOString();
  await api.approvals.give({ run, motion, person, verdict, envelope: stated.envelope, entry: stated.index, time });
  await api.events.publish(run, `approval-give/${motion}/${person}`, {
    type: 'approval-give',
    body: { motion, person, verdict, entry: stated.index },
  });
  await api.wake(run, motion);
}
