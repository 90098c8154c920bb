import {
  digestOf,
  executionSubject,
  type ExecuteRequest,
  type ExecutionSubject,
  type Statement,
} from '@duovir/protocol';
import { RunnerError } from '../error.ts';

/** What will be executed, taken from the plan that was voted on; the permit was minted for exactly these bytes (Invariant 4). */
export function exactBytes({ plan }: ExecuteRequest, permit: Statement<'permit'>): ExecutionSubject {
  const { step, purpose } = permit.predicate;
  const subject = executionSubject(plan, step, purpose);
  if (!subject || digestOf(subject) !== permit.subject)
    throw new RunnerError('bytes-differ', `The permit is not for these bytes of step ${step}.`);
  return subject;
}
