import {
  keyIdOfEnvelope,
  openStatement,
  type approvalRequestSchema,
  type Envelope,
  type Principal,
  type RunView,
  type Statement,
} from '@duovir/protocol';
import type * as z from 'zod';
import { ServerError } from '../error.ts';
import { appendOnce } from '../ledger/append-once.ts';
import { enrolledPerson } from '../own-statement.ts';
import type { MotionRecord } from '../store/motions.ts';
import type { Api } from './ports.ts';
import { referralOf } from './referral.ts';

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
  const view = await api.runs.view(run);
  if (view.state.kind === 'settled') throw new ServerError('run-settled', `${run} has already ended.`);
  const statement = openApproval(approval, enrolledPerson(api, person));
  const { trustPolicy } = statement.predicate;
  const known = (await api.approvals.given(motion, trustPolicy)).some((given) => given.person === person);
  if (known) return;
  await assertWaiting(api, view, motion);
  if (statement.run !== run || statement.subject !== motion)
    throw new ServerError('approval-invalid', 'The statement is about another motion or run.');
  if (trustPolicy !== api.trust.current().digest)
    throw new ServerError('approval-invalid', 'The statement was made under another trust policy.');
  if (view.requester === person) throw new ServerError('separation', `${person} has requested ${run}.`);
  await take(api, run, person, approval, statement);
}

/** Says why not, where people cannot decide about this motion now. */
async function assertWaiting(api: Api, { id: run, state }: RunView, motion: string): Promise<void> {
  const motions = await api.motions.ofRun(run);
  const at = motions.findIndex(({ digest }) => digest === motion);
  const record = motions[at];
  if (!record) throw new ServerError('motion-not-waiting', `${run} has no motion ${motion}.`);
  if (state.kind !== 'waiting' || state.motion !== motion) throw notWaiting(run, record, motions.at(-1) === record);
  const referral = await referralOf(api, record);
  if (!referral) throw notWaiting(run, record, true);
  if (referral.trustPolicy !== api.trust.current().digest)
    throw new ServerError(
      'motion-stale',
      `The trust policy has changed since ${motion} was referred to people: nobody can decide about it under the old one.`,
    );
}

function notWaiting(run: string, { digest, verdict, revision, kind }: MotionRecord, isNewest: boolean): ServerError {
  if (!isNewest && verdict !== 'carried')
    return new ServerError('motion-superseded', `${run} has a newer motion than ${kind} ${revision}, ${digest}.`);
  if (verdict === 'carried' || verdict === 'rejected')
    return new ServerError('motion-decided', `${digest} is decided: it was ${verdict}.`);
  return new ServerError('motion-not-waiting', `${run} does not wait for people about ${digest}.`);
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
  const { verdict, trustPolicy } = predicate;
  // The first word of a person on a motion stands, as long as the trust policy does.
  const key = `${motion}/${person}/${trustPolicy}`;
  const stated = await appendOnce(api.ledger, `${run}/approval/${key}`, run, approval);
  const time = api.clock.now().toISOString();
  const { envelope, index: entry } = stated;
  await api.approvals.give({ run, motion, person, trustPolicy, verdict, envelope, entry, time });
  await api.events.publish(run, `approval-give/${key}`, {
    type: 'approval-give',
    body: { motion, person, verdict, entry: stated.index },
  });
  await api.wake(run, motion);
}
