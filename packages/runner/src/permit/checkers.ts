import { checkPlan, isDenied } from '@duovir/policy';
import type { Grounds } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import type { DecidingPolicy } from './trust-anchor.ts';

/** The plan answers what was asked for, and no checker denies it: a server that skips them has won nothing (Invariant 3). */
export function assertChecked({ plan, request }: Grounds, { policy }: DecidingPolicy): void {
  // The goal binds what the requester has signed to what planner and reviewers have read.
  if (plan.goal.statement !== request.request.goal)
    throw new RunnerError('request-foreign', 'The plan was made for another goal than the one asked for.');
  const denied = checkPlan(plan, { request, policy }).find((finding) => isDenied([finding]));
  if (denied) throw new RunnerError('check-denied', `${denied.rule}: ${denied.claim}`);
}
