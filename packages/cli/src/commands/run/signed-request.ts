import { createHash } from 'node:crypto';
import { signStatement, type RunRequest, type Signer, type StartRun } from '@duovir/protocol';
import { intentStatement, newRunId, saltedRequest, type Client } from '@duovir/sdk';

export interface Requesting {
  readonly person: string;
  readonly signer: Signer;
  readonly idempotencyKey: string | undefined;
  readonly now: Date;
}

/** The request with the person's own word for it, good for one run: what POST /v1/runs takes. */
export async function signedRequest(
  client: Client,
  wanted: RunRequest,
  { person, signer, idempotencyKey, now }: Requesting,
): Promise<StartRun> {
  const { trustPolicy } = await client.stops();
  const request = saltedRequest(wanted);
  const run = idempotencyKey === undefined ? newRunId() : runOfKey(person, idempotencyKey);
  const statement = await intentStatement({ run, requester: person, request }, { trustPolicy, time: now });
  return { ...request, intent: { run, statement: await signStatement(signer, statement) } };
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const LENGTH = 20;

/** Asking again with the same key asks for the same run, and the signature is over the run. */
export function runOfKey(person: string, key: string): string {
  const bytes = createHash('sha256').update(`duovir/run/v1\0${person}\0${key}`).digest().subarray(0, LENGTH);
  return `run-${[...bytes].map((byte) => LETTERS.charAt(byte % LETTERS.length)).join('')}`;
}
