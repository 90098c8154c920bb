import { digestOf, type Digest } from '@duovir/protocol';
import type { Context } from '../context.ts';
import { stateOwn } from '../stated.ts';

export interface Requested {
  readonly digest: Digest;
  /** Salt of the plan to be written. */
  readonly planSalt: string;
  readonly commitmentSalt: string;
}

/** Stage 1: what was asked, and by whom, is in the ledger before anybody plans. */
export async function enterRequest({ ports, stages }: Context, run: string, _input: null): Promise<Requested> {
  await stages.enter(ports, run, 'request');
  const accepted = await ports.runs.accepted(run);
  const stored = await ports.documents.put(run, 'request', accepted, ports.random.hex(32));
  const { entry } = await stateOwn(ports, 'request', {
    run,
    kind: 'request',
    subject: digestOf(accepted),
    predicate: { requester: accepted.requester, commitment: stored.commitment },
  });
  await ports.events.publish(run, 'run-start', {
    type: 'run-start',
    body: { requester: accepted.requester, request: accepted.request, entry },
  });
  return {
    digest: stored.digest,
    planSalt: ports.random.hex(16),
    commitmentSalt: ports.random.hex(32),
  };
}
