import { resolve } from 'node:path';
import { rootDigest, type StoredLog } from '@duovir/ledger';
import type { Command } from 'commander';
import { CliError } from '../error.ts';
import { Restoration, type Standing } from '../restore/restoration.ts';
import { openState, stateHint, writeJson, type CommonOptions, type Session } from '../session.ts';
import { plainText } from '../terminal/text.ts';
import { confirm } from '../trust/confirm.ts';
import { addOfficerOptions, officerSigner, type OfficerOptions } from '../trust/officer-signer.ts';
import { PolicySource } from '../trust/policy-source.ts';

interface RestoreOptions extends CommonOptions, OfficerOptions {
  readonly from?: string;
  readonly acceptLoss?: true;
  readonly yes?: true;
}

export function addLedgerRestore(ledger: Command, session: Session): void {
  addOfficerOptions(ledger.command('restore'))
    .description('after a backup of the database was restored: bring back what is missing, or accept that it is lost')
    .option('--from <directory>', 'an exported or published ledger; without it, the one that the server publishes here')
    .option(
      '--accept-loss',
      "sign with the officer's key that what cannot be brought back is lost, and go on without it",
    )
    .option('--yes', 'do not ask')
    .action((_options: unknown, command: Command) => restore(session, command));
}

async function restore(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<RestoreOptions>();
  const state = openState(session, options);
  const source = new PolicySource(state, session.now());
  const restoration = new Restoration(state, source);
  try {
    const before = await restoration.standing();
    const from = options.from === undefined ? state.published : resolve(options.from);
    const refilled = missing(before) > 0 ? await restoration.refill(from) : 0;
    const standing = await restoration.standing();
    const lost = missing(standing);
    const hint = `duovir up${stateHint(session, state)}`;
    if (lost === 0) return report(session, options, { refilled, lost, stored: standing.stored }, hint);
    if (!options.acceptLoss) throw notThere(standing, refilled, from);
    if (!options.yes && !(await confirm(session, question(standing))))
      throw new CliError('refused', 'Nothing was signed.', 'Look for another copy of the log first.');
    const officer = () => officerSigner(session, state, source.officerPublicKey, options);
    await restoration.acceptLoss(standing, officer, session.now());
    report(session, options, { refilled, lost, stored: standing.stored }, hint);
  } finally {
    restoration.close();
  }
}

const missing = ({ stored, seen }: Standing): number => Math.max(0, (seen?.size ?? 0) - stored.size);

function question(standing: Standing): string {
  const { stored, seen } = standing;
  return `${inWords(stored)} Entries ${stored.size} to ${(seen?.size ?? 0) - 1} were witnessed, and are in no copy. Go on without them for ever?`;
}

/** Whoever signs can compare it with a checkpoint that was kept: rewritten before, the entries would have another root. */
const inWords = ({ size, root }: StoredLog): string =>
  `The ${size} entries that are left have the root ${rootDigest(root)}.`;

function notThere(standing: Standing, refilled: number, from: string): CliError {
  const found = refilled > 0 ? `${refilled} entries came back from ${plainText(from)}, but ` : '';
  return new CliError(
    'refused',
    `${found}${missing(standing)} entries that the witness has seen are not there: ${standing.stored.size} and on. ${inWords(standing.stored)}`,
    'Give a newer copy with --from. If there is none, the security officer accepts the loss with --accept-loss.',
  );
}

interface Restored {
  readonly refilled: number;
  readonly lost: number;
  readonly stored: StoredLog;
}

function report(session: Session, options: RestoreOptions, { refilled, lost, stored }: Restored, hint: string): void {
  const { size, root } = stored;
  if (options.json) return writeJson(session, { refilled, lost, size, root: rootDigest(root) });
  const { output } = session;
  const mark = output.style('good', '✔');
  if (refilled > 0) output.write(`${mark} ${refilled} entries came back; log and witness had signed them.\n`);
  if (lost > 0)
    output.write(
      `${output.style('warn', '!')} ${lost} entries are lost. The officer has signed it, and the log will say so.\n  ${inWords(stored)}\n`,
    );
  if (refilled === 0 && lost === 0) output.write(`${mark} Nothing is missing: ${size} entries.\n`);
  output.write(`  ${hint}\n`);
}
