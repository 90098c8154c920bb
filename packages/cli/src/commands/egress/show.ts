import type { Command } from 'commander';
import { callIdSchema, type EgressDetail } from '@duovir/protocol';
import { readableBody, type Client } from '@duovir/sdk';
import { connect, type ConnectOptions } from '../../connect.ts';
import { highlightPlaceholders } from '../../egress/highlight.ts';
import { CliError } from '../../error.ts';
import { line, renderLine, span, type Line } from '../../progress/line.ts';
import { formatMoney, formatTokens } from '../../progress/money.ts';
import { writeJson, type Session } from '../../session.ts';
import { plainText } from '../../terminal/text.ts';
import { hiddenIn, outcomeStyles } from './list.ts';

interface ShowOptions extends ConnectOptions {
  readonly bytes?: true;
}
type Try = EgressDetail['tries'][number];

const LIST = 'List the calls with `duovir egress list`.';

export async function showEgress(session: Session, command: Command, id: string): Promise<void> {
  const options = command.optsWithGlobals<ShowOptions>();
  const { client } = await connect(session, options);
  const { tries } = await client.egressCall(await findCall(client, id));
  if (options.json) return writeJson(session, { tries });
  if (options.bytes) return session.output.write(tries.map(({ sent }) => sent).join('\n'));
  for (const one of tries) writeTry(session, one);
}

async function findCall(client: Client, id: string): Promise<string> {
  if (callIdSchema.safeParse(id).success) return id;
  const prefix = id.startsWith('call-') ? id : `call-${id}`;
  if (!/^call-[a-z2-7]{1,26}$/.test(prefix))
    throw new CliError('usage', `${plainText(id)} is not the id of a call.`, LIST);
  const found = new Set<string>();
  for await (const { call } of client.egress()) if (call.startsWith(prefix)) found.add(call);
  const [call] = found;
  if (call === undefined) throw new CliError('not-found', `There is no call ${prefix}.`, LIST);
  if (found.size > 1) throw new CliError('usage', `${found.size} calls begin with ${prefix}.`, 'Write more of the id.');
  return call;
}

function writeTry({ output }: Session, one: Try): void {
  const write = (lines: readonly Line[]): void => {
    for (const each of lines) output.write(renderLine(output, each));
  };
  write(describe(one));
  const body = (title: string, text: string): void => {
    write([line(0), line(0, span(title, 'strong'))]);
    for (const { place, text: said, isForm } of readableBody(text)) {
      if (isForm) {
        write([line(1, span(place, 'quiet'), span(`the form of the answer, ${said.length} characters`, 'quiet'))]);
        continue;
      }
      write([line(1, span(place, 'quiet'))]);
      for (const row of highlightPlaceholders(output, said)) output.write(`    ${row}\n`);
    }
  };
  body('What left', one.sent);
  if (one.received !== null) body('What came back', one.received);
  output.write('\n');
}

function describe(one: Try): Line[] {
  const hidden = Object.entries(one.redactions).map(([kind, count]) => `${count} ${kind}`);
  const ledTo = one.ledTo.map(({ kind, entry }) => `${kind} #${entry}`);
  const ended = one.endEntry === null ? '' : `, #${one.endEntry}`;
  return [
    line(
      0,
      span(`${one.call} try ${one.try}`, 'strong'),
      span(one.outcome, outcomeStyles[one.outcome]),
      span(`${formatTokens(one.tokens)}, ${formatMoney(one.microUsd)}`, 'quiet'),
    ),
    line(1, span(`${one.principal} asks ${one.model} (${one.provider}) to ${one.purpose}`)),
    line(1, span(`${one.run} · ${one.time} · ${one.dataClass}`, 'quiet')),
    line(1, span(`${one.bytes} bytes · ${one.digest} · entries #${one.entry}${ended}`, 'quiet')),
    line(1, span(hiddenIn(one) === 0 ? 'nothing had to be hidden' : `hidden: ${hidden.join(', ')}`, 'accent')),
    ...(ledTo.length === 0 ? [] : [line(1, span(`led to ${ledTo.join(', ')}`))]),
  ];
}
