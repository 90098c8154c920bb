import type { Digest, Grounds } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { openEnrolled, type Signed } from './signed-statement.ts';
import type { DecidingPolicy } from './trust-anchor.ts';

/** The server's word that exactly this plan was carried. It is counted again all the same. */
export function openVerdict({ verdict: envelope }: Grounds, plan: Digest, deciding: DecidingPolicy): Signed<'verdict'> {
  const verdict = openEnrolled(envelope, 'verdict', 'server', deciding, 'verdict-forged');
  if (verdict.statement.subject !== plan)
    throw new RunnerError('verdict-missing', 'The verdict is about another plan.');
  if (verdict.statement.predicate.verdict !== 'carried')
    throw new RunnerError('verdict-missing', `The motion was not carried: ${verdict.statement.predicate.verdict}.`);
  return verdict;
}
