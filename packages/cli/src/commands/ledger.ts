import { resolve } from 'node:path';
import type { Command } from 'commander';
import { addTimestamp } from '../anchor/timestamp.ts';
import { addConnectOptions, connect, type ConnectOptions } from '../connect.ts';
import { exportLedger } from '../evidence/verify.ts';
import { openState, writeJson, type Session } from '../session.ts';
import { plainText } from '../terminal/text.ts';
import { addLedgerRestore } from './ledger-restore.ts';
import { addLedgerVerify } from './ledger-verify.ts';

export function addLedger(program: Command, session: Session): void {
  const ledger = program.command('ledger').description('the log of everything, and its proof');
  addLedgerVerify(ledger, session);
  addConnectOptions(ledger.command('export'))
    .description('write the ledger as static files that anybody can verify offline')
    .argument('<directory>', 'where to; may hold an earlier export')
    .action((directory: string, _options: unknown, command: Command) => exportTo(session, command, directory));
  addTimestamp(ledger, session);
  addLedgerRestore(ledger, session);
}

async function exportTo(session: Session, command: Command, directory: string): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const state = openState(session, options);
  const { client } = await connect(session, options);
  const { size } = await exportLedger(client, state, resolve(directory));
  if (options.json) return writeJson(session, { directory: resolve(directory), size });
  const { output } = session;
  output.write(`${output.style('good', '✔')} ${size} entries in ${plainText(directory)}\n`);
  output.write(`  duovir ledger verify ${plainText(directory)}\n`);
}
