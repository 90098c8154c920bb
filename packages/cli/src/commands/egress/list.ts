import type { Command } from 'commander';
import type { EgressView } from '@duovir/protocol';
import type { Client, EgressFilter } from '@duovir/sdk';
import { connect, type ConnectOptions } from '../../connect.ts';
import { formatMoney } from '../../progress/money.ts';
import { writeJson, type Session } from '../../session.ts';
import { writeTable } from '../../terminal/table.ts';
import type { Style } from '../../terminal/terminal.ts';
import { findRun } from '../run/find.ts';

interface ListOptions extends ConnectOptions {
  readonly run?: string;
  readonly principal?: string;
  readonly model?: string;
  readonly all?: true;
}

const NEWEST = 20;

export async function listEgress(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<ListOptions>();
  const { client } = await connect(session, options);
  const calls: EgressView[] = [];
  for await (const call of client.egress(await filterOf(client, options))) {
    if (options.json) writeJson(session, call);
    calls.push(call);
    if (!options.all && calls.length === NEWEST) break;
  }
  if (options.json) return;
  if (calls.length === 0) return session.output.write('Nothing has left for a model.\n');
  writeTable(
    session.output,
    ['TIME', 'CALL', 'AGENT', 'FOR', 'MODEL', 'BYTES', 'HIDDEN', 'OUTCOME', 'TOKENS', 'COST', 'RUN'],
    calls.map((call) => [
      { text: call.time.slice(5, 19).replace('T', ' '), style: 'quiet' },
      { text: shortCall(call), style: 'strong' },
      { text: call.principal },
      { text: call.purpose },
      { text: call.model },
      { text: String(call.bytes) },
      { text: String(hiddenIn(call)), style: hiddenIn(call) > 0 ? 'accent' : 'quiet' },
      { text: call.outcome, style: outcomeStyles[call.outcome] },
      { text: String(call.tokens) },
      { text: formatMoney(call.microUsd) },
      { text: call.run, style: 'quiet' },
    ]),
  );
}

async function filterOf(client: Client, { run, principal, model }: ListOptions): Promise<EgressFilter> {
  return {
    ...(run === undefined ? {} : { run: (await findRun(client, run)).id }),
    ...(principal === undefined ? {} : { principal }),
    ...(model === undefined ? {} : { model }),
  };
}

export const outcomeStyles: Record<EgressView['outcome'], Style> = {
  pending: 'accent',
  answered: 'good',
  failed: 'bad',
  aborted: 'warn',
  unknown: 'warn',
};

export function hiddenIn({ redactions }: Pick<EgressView, 'redactions'>): number {
  return Object.values(redactions).reduce((sum, count) => sum + count, 0);
}

/** Long enough to be unique, with the try where it was not the first. */
function shortCall({ call, try: attempt }: EgressView): string {
  return call.slice(0, 'call-'.length + 10) + (attempt > 1 ? ` (${attempt})` : '');
}
