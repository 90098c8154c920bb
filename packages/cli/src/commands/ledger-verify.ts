import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { logVerificationPage, type VerifyProgress } from '@duovir/ledger';
import { loadPublicKey } from '@duovir/principal';
import { addConnectOptions, connect, type ConnectOptions } from '../connect.ts';
import { CliError } from '../error.ts';
import { describeRemarks, describeVerification } from '../evidence/describe-verification.ts';
import { PackProgress } from '../evidence/pack-progress.ts';
import { verifyFolder, verifyServersLedger, type Checked } from '../evidence/verify.ts';
import { renderLine } from '../progress/line.ts';
import { openState, wantedState, writeJson, type Session } from '../session.ts';
import { plainText } from '../terminal/text.ts';

interface VerifyOptions extends ConnectOptions {
  readonly officer?: string;
  readonly structure?: true;
  readonly tsaCa?: string;
  readonly html?: string;
}

export function addLedgerVerify(ledger: Command, session: Session): void {
  addConnectOptions(ledger.command('verify'))
    .description('verify the whole ledger: signatures, tree, entries, and that what was done had been decided')
    .argument('[directory]', 'an exported ledger; without it, the one of the server')
    .option('--officer <key>', "the officer's public key in base64, when there is no state directory here")
    .option('--structure', 'only the tree and the signatures of log and witnesses, not what the entries say')
    .option('--tsa-ca <file>', 'certificates in PEM of the time-stamping authorities that you trust')
    .option('--html <file>', 'write the result as a page that prints, too')
    .action((directory: string | undefined, _options: unknown, command: Command) =>
      verify(session, command.optsWithGlobals<VerifyOptions>(), directory),
    );
}

async function verify(session: Session, options: VerifyOptions, directory: string | undefined): Promise<void> {
  const progress = new PackProgress(session.errors, options.json !== true);
  const how = {
    ...(options.structure ? { signatures: false } : {}),
    ...(options.tsaCa === undefined ? {} : { timestampAuthorities: readCertificates(options.tsaCa) }),
    onProgress: (one: VerifyProgress) => show(progress, one, options.structure === true),
  };
  let checked: Checked;
  try {
    checked = await (directory === undefined
      ? verifyServersLedger((await connect(session, options)).client, openState(session, options), how)
      : verifyFolder(existing(directory), officerOf(session, options), how));
  } finally {
    progress.end();
  }
  if (options.html !== undefined) writePage(session, options.html, checked, directory);
  if (options.json) writeJson(session, checked);
  else
    for (const one of [...describeVerification(checked), ...describeRemarks(checked)])
      session.output.write(renderLine(session.output, one));
  if (!checked.ok)
    throw new CliError(
      'unverified',
      `The ledger does not verify: ${checked.findings.length} findings.`,
      'Keep this copy as it is, take another one, and tell the security officer what is named above.',
    );
}

/** The tree is read much faster than what the entries say, and at the same time: one bar for what is waited for. */
function show(progress: PackProgress, { phase, done, size }: VerifyProgress, isStructureOnly: boolean): void {
  if (phase === (isStructureOnly ? 'tree' : 'record')) progress.show(`${done} of ${size} entries`, done, size);
}

function existing(directory: string): string {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return resolve(directory);
  throw new CliError('usage', `${plainText(directory)} is not a directory.`, 'Make one with `duovir ledger export`.');
}

/** As given, else as pinned here. */
function officerOf(session: Session, options: VerifyOptions): string | undefined {
  const state = wantedState(session, options);
  return options.officer ?? (existsSync(state.trustPolicy) ? loadPublicKey(state.officer) : undefined);
}

function readCertificates(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CliError('usage', `${plainText(path)} cannot be read.`, 'Name a file of certificates in PEM.', cause);
  }
}

function writePage(session: Session, file: string, checked: Checked, directory: string | undefined): void {
  const { origin, root } = checked;
  const folder = directory === undefined ? 'the ledger of the server' : resolve(directory);
  try {
    writeFileSync(file, logVerificationPage(checked, { origin, root, folder, verifiedAt: session.now() }));
  } catch (cause) {
    throw new CliError('usage', `${plainText(file)} cannot be written.`, 'Name a file in a folder that exists.', cause);
  }
}
