import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadPublicKey } from '@duovir/principal';
import { addTimestamp } from '../anchor/timestamp.ts';
import { addConnectOptions, connect, type ConnectOptions } from '../connect.ts';
import { CliError } from '../error.ts';
import { exportLedger, verifyFolder, verifyServersLedger, type Checked } from '../evidence/verify.ts';
import { line, marks, renderLine, span, type Line } from '../progress/line.ts';
import { openState, wantedState, writeJson, type Session } from '../session.ts';
import { plainText } from '../terminal/text.ts';
import { addLedgerRestore } from './ledger-restore.ts';

interface VerifyOptions extends ConnectOptions {
  readonly officer?: string;
}

export function addLedger(program: Command, session: Session): void {
  const ledger = program.command('ledger').description('the log of everything, and its proof');
  addConnectOptions(ledger.command('verify'))
    .description('verify the whole ledger: signatures, tree, entries, and that what was done had been decided')
    .argument('[directory]', 'an exported ledger; without it, the one of the server')
    .option('--officer <key>', "the officer's public key in base64, when there is no state directory here")
    .action((directory: string | undefined, _options: unknown, command: Command) =>
      verify(session, command, directory),
    );
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

async function verify(session: Session, command: Command, directory: string | undefined): Promise<void> {
  const options = command.optsWithGlobals<VerifyOptions>();
  const checked =
    directory === undefined
      ? await verifyServersLedger((await connect(session, options)).client, openState(session, options))
      : await verifyFolder(existing(directory), options.officer ?? pinnedOfficer(session, options));
  if (options.json) writeJson(session, checked);
  else for (const one of describeVerification(checked)) session.output.write(renderLine(session.output, one));
  if (!checked.ok)
    throw new CliError(
      'unverified',
      `The ledger does not verify: ${checked.findings.length} findings.`,
      'Keep this copy as it is, take another one, and tell the security officer what is named above.',
    );
}

function existing(directory: string): string {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return resolve(directory);
  throw new CliError('usage', `${plainText(directory)} is not a directory.`, 'Make one with `duovir ledger export`.');
}

function pinnedOfficer(session: Session, options: VerifyOptions): string | undefined {
  const state = wantedState(session, options);
  return existsSync(state.trustPolicy) ? loadPublicKey(state.officer) : undefined;
}

const SHOWN_FINDINGS = 50;

export function describeVerification(checked: Checked): Line[] {
  const findings = checked.findings.slice(0, SHOWN_FINDINGS).map(({ entry, file, rule, consequence }): Line => {
    const where = [entry === undefined ? [] : `entry ${entry}`, file ?? []].flat().join(' in ');
    return { ...line(1, span(where, 'strong'), span(rule, 'quiet')), body: { ...span(consequence), lines: 4 } };
  });
  const left = checked.findings.length - findings.length;
  const anchor = checked.isAnchored ? [] : [line(1, marks.warn, span(UNANCHORED, 'warn'))];
  if (!checked.ok)
    return [
      line(0, marks.bad, span('The ledger does not verify', 'bad')),
      ...findings,
      ...(left > 0 ? [line(1, span(`and ${left} more, with --json`, 'quiet'))] : []),
      ...anchor,
    ];
  return [
    line(0, marks.good, span('The ledger verifies'), span(`${checked.size} entries`, 'strong')),
    line(1, span(`${checked.origin} · root ${checked.root}`, 'quiet')),
    { ...line(1), body: { ...span(LOOKED_AT, 'quiet'), lines: 3 } },
    ...anchor,
  ];
}

const LOOKED_AT = 'Signatures of log and witness, every tile, every entry, and that what was done had been decided.';
const UNANCHORED = "It agrees with itself only: give the officer's key with --officer to know whose it is.";
