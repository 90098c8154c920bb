import type { Command } from 'commander';
import { connect, type ConnectOptions } from '../../connect.ts';
import { renderLine } from '../../progress/line.ts';
import { personSignerIfAny } from '../../person-key.ts';
import { writeJson, type Session } from '../../session.ts';
import { describeForecast } from '../budget.ts';
import { requestOf, type RequestOptions } from './request.ts';
import { signedRequest } from './signed-request.ts';
import { follow } from './watch.ts';

interface StartOptions extends RequestOptions, ConnectOptions {
  readonly wait?: true;
  readonly idempotencyKey?: string;
}

export async function startRun(session: Session, command: Command, goal: string): Promise<void> {
  const options = command.optsWithGlobals<StartOptions>();
  const request = requestOf(goal, options);
  const connection = await connect(session, options);
  if (!options.json)
    for (const one of describeForecast(await connection.client.budget()))
      session.output.write(renderLine(session.output, one));
  const { idempotencyKey } = options;
  const { client, person } = connection;
  const signer = await personSignerIfAny(session, options, person);
  const asked = signer
    ? await signedRequest(client, request, { person, signer, idempotencyKey, now: session.now() })
    : request;
  const run = await client.startRun(asked, idempotencyKey === undefined ? {} : { idempotencyKey });
  if (options.wait) return follow(session, options, connection, run.id);
  if (options.json) return writeJson(session, run);
  const { output } = session;
  output.write(`${output.style('good', '✔')} ${output.style('strong', run.id)}\n`);
  output.write(`  duovir run watch ${run.id}${connection.hint}\n`);
}
