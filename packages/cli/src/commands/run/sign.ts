import type { Command } from 'commander';
import { connect, type ConnectOptions } from '../../connect.ts';
import { personSigner } from '../../person-key.ts';
import { writeJson, type Session } from '../../session.ts';
import { requestOf, type RequestOptions } from './request.ts';
import { signedRequest } from './signed-request.ts';

interface SignOptions extends RequestOptions, ConnectOptions {
  readonly idempotencyKey?: string;
}

/** Prints the body of POST /v1/runs for whoever asks with another program than this one. Good for ten minutes. */
export async function signRun(session: Session, command: Command, goal: string): Promise<void> {
  const options = command.optsWithGlobals<SignOptions>();
  const request = requestOf(goal, options);
  const { client, person } = await connect(session, options);
  const signer = await personSigner(session, options, person);
  const { idempotencyKey } = options;
  writeJson(session, await signedRequest(client, request, { person, signer, idempotencyKey, now: session.now() }));
}
