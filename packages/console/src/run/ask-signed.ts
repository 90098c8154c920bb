import { dataClassSchema, environmentNameSchema, runRequestSchema, type RunRequest } from '@duovir/protocol';
import { intentStatement, newRunId, saltedRequest, type Client } from '@duovir/sdk';
import { sign } from '../passkey/sign.ts';

/** What a person fills in; everything else of a request is as usual. */
export type Wish = Pick<RunRequest, 'goal' | 'environment' | 'dataClass'>;

export const environments = environmentNameSchema.options;
export const dataClasses = dataClassSchema.options;

/** Signs what is asked for, and asks. The run's id is picked here, so that one signature is good for one run. */
export async function askSigned(client: Client, wish: Wish): Promise<string> {
  const wanted = runRequestSchema.parse({ ...wish, goal: wish.goal.trim(), target: 'sandbox' });
  const request = saltedRequest(wanted);
  const run = newRunId();
  const statement = await sign(client, ({ person, trustPolicy }) =>
    intentStatement({ run, requester: person, request }, { trustPolicy, time: new Date() }),
  );
  return (await client.startRun({ ...request, intent: { run, statement } }, { idempotencyKey: run })).id;
}
