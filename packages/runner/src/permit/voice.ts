import { keyIdOf, type Envelope, type Principal, type TrustPolicy } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { claimedSigner } from './signed-statement.ts';

/** Who must not decide on this motion (Invariant 2). */
export interface Interested {
  readonly proposer: string;
  readonly requester: string;
}

/** Looked at before anything else about a voice, so that the reason given is the one that matters. */
export function assertDisinterested(envelope: Envelope, policy: TrustPolicy, interested: Interested): void {
  const name = claimedSigner(envelope, policy)?.name;
  if (name === interested.proposer)
    throw new RunnerError('separation', `${name} proposed this motion and approves it.`);
  if (name === interested.requester) throw new RunnerError('separation', `${name} requested this run and approves it.`);
}

/** One principal, one voice. Keys are compared as bytes: base64 can spell one key in several ways. */
export function assertDistinct(voices: readonly Principal[]): void {
  const names = new Set(voices.map(({ name }) => name));
  const keys = new Set(voices.map(({ publicKey }) => keyIdOf('', Buffer.from(publicKey, 'base64'))));
  if (names.size !== voices.length || keys.size !== voices.length)
    throw new RunnerError('opinion-duplicate', 'One principal speaks twice in one vote.');
}
