import type { Command } from 'commander';
import { connect, type ConnectOptions } from '../../connect.ts';
import { writeJson, type Session } from '../../session.ts';
import { plainText } from '../../terminal/text.ts';

export async function stopModels(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions & { readonly reason: string }>();
  const { client, hint } = await connect(session, options);
  const { stop } = await client.stopModels(options.reason);
  if (options.json) return writeJson(session, stop);
  const { output } = session;
  const by = stop === null ? '' : ` ${stop.person} has stopped them: ${plainText(stop.reason)}`;
  output.write(`${output.style('good', '✔')} No model is asked any more.${by}\n`);
  output.write(`  duovir egress resume --as <another person>${hint}\n`);
}

export async function resumeModels(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client } = await connect(session, options);
  const { stop } = await client.resumeModels();
  if (options.json) return writeJson(session, stop);
  session.output.write(`${session.output.style('good', '✔')} Models may be asked again.\n`);
}
