import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { verificationPage, verifyPack, type PackVerification, type VerifyStage } from '@duovir/ledger';
import { loadPublicKey } from '@duovir/principal';
import { CliError } from '../../error.ts';
import { describePack } from '../../evidence/describe-pack.ts';
import { PackProgress } from '../../evidence/pack-progress.ts';
import { renderLine } from '../../progress/line.ts';
import { wantedState, writeJson, type CommonOptions, type Session } from '../../session.ts';
import { plainText } from '../../terminal/text.ts';

interface VerifyOptions extends CommonOptions {
  readonly officer?: string;
  readonly tsaCa?: string;
  readonly html?: string;
}

export async function verifyEvidence(session: Session, command: Command, pack: string): Promise<void> {
  const options = command.optsWithGlobals<VerifyOptions>();
  if (!existsSync(pack))
    throw new CliError(
      'usage',
      `There is no ${plainText(pack)}.`,
      'Name the ZIP file, or the folder it was unpacked into.',
    );
  const officer = options.officer ?? pinnedOfficer(session, options);
  const progress = new PackProgress(session.errors, !options.json);
  let verification: PackVerification;
  try {
    verification = await verifyPack(resolve(pack), {
      ...(officer === undefined ? {} : { officer }),
      ...(options.tsaCa === undefined ? {} : { timestampAuthorities: certificates(options.tsaCa) }),
      onProgress: together(progress),
    });
  } finally {
    progress.end();
  }
  if (options.html !== undefined) writeFileSync(resolve(options.html), verificationPage(verification, session.now()));
  if (options.json) writeJson(session, verification);
  else for (const one of describePack(verification)) session.output.write(renderLine(session.output, one));
  if (!verification.ok)
    throw new CliError(
      'unverified',
      `The evidence does not verify: ${verification.findings.length} findings.`,
      'Keep this pack as it is, and ask the security officer of who gave it to you about what is named above.',
    );
}

/** The log is verified and read again at the same time: one bar is about both. */
function together(progress: PackProgress): (stage: VerifyStage, done: number, size: number) => void {
  const shares = new Map<VerifyStage, number>();
  return (stage, done, size) => {
    if (stage === 'unpack') return progress.show('unpacking', done, size);
    shares.set(stage, size > 0 ? done / size : 0);
    progress.show('verifying', (shares.get('log') ?? 0) + (shares.get('contents') ?? 0), 2);
  };
}

function certificates(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8');
  throw new CliError('usage', `There is no ${plainText(file)}.`, 'Name a file with certificates in PEM.');
}

/** Of an installation here, if there is one: whoever has none gives the key himself. */
function pinnedOfficer(session: Session, options: VerifyOptions): string | undefined {
  const state = wantedState(session, options);
  return existsSync(state.trustPolicy) ? loadPublicKey(state.officer) : undefined;
}
