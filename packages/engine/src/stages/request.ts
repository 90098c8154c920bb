import { digestOf, envelopeDigest, intentDigest, type Digest } from '@duovir/protocol';
import type { Context } from '../context.ts';
import { EngineError } from '../error.ts';
import { openFrom, record, stateOwn } from '../stated.ts';

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
  const intent = await ports.runs.intent(run);
  if (intent) {
    const { statement } = openFrom(ports, intent, 'intent', 'person', accepted.requester);
    if (statement.run !== run || statement.subject !== intentDigest(accepted))
      throw new EngineError('answer-inconsistent', 'The requester has signed another request.');
    await record(ports, 'intent', run, intent);
  }
  const stored = await ports.documents.put(run, 'request', accepted, ports.random.hex(32));
  const { entry } = await stateOwn(ports, 'request', {
    run,
    kind: 'request',
    subject: digestOf(accepted),
    predicate: {
      requester: accepted.requester,
      commitment: stored.commitment,
      intent: intent && envelopeDigest(intent),
    },
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
