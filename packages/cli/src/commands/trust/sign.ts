import { resolve } from 'node:path';
import type { Command } from 'commander';
import { trustPolicyDigest } from '@duovir/protocol';
import { CliError } from '../../error.ts';
import { writeNewFile } from '../../init/durable-file.ts';
import { renderLine } from '../../progress/line.ts';
import { openState, stateHint, writeJson, type CommonOptions, type Session } from '../../session.ts';
import { plainText } from '../../terminal/text.ts';
import { countFindings, describeFindings, findingsInWords } from '../../trust/describe-findings.ts';
import { officerSigner, type OfficerOptions } from '../../trust/officer-signer.ts';
import { judgePolicy } from '../../trust/judge-policy.ts';
import { PolicySource } from '../../trust/policy-source.ts';
import { signPolicy } from '../../trust/sign-policy.ts';
import { existsSync } from 'node:fs';

interface SignOptions extends CommonOptions, OfficerOptions {
  readonly out: string;
  readonly forceWarnings?: true;
}

export async function signTrust(session: Session, command: Command, file: string): Promise<void> {
  const options = command.optsWithGlobals<SignOptions>();
  const state = openState(session, options);
  const out = resolve(options.out);
  if (existsSync(out))
    throw new CliError('usage', `${plainText(options.out)} exists; nothing was signed.`, 'Name a new file with --out.');
  const source = new PolicySource(state, session.now());
  const policy = source.draft(file);
  const findings = judgePolicy(policy);
  const { errors } = countFindings(findings);
  if (findings.length > 0)
    for (const one of describeFindings(findings)) session.errors.write(renderLine(session.errors, one));
  if (errors > 0 || (findings.length > 0 && !options.forceWarnings))
    throw new CliError(
      'trust-unsound',
      `Nothing was signed: the trust policy has ${findingsInWords(findings)}.`,
      errors > 0 ? 'Correct what is named above.' : 'Correct what is named above, or accept it with --force-warnings.',
    );
  const signed = await signPolicy(
    policy,
    await officerSigner(session, state, source.officerPublicKey, options),
    source.officerPublicKey,
  );
  writeNewFile(out, `${signed}\n`, 0o644);
  const { version } = policy;
  if (options.json) return writeJson(session, { version, digest: trustPolicyDigest(policy), file: out });
  const { output } = session;
  output.write(`${output.style('good', '✔')} Version ${version} is signed: ${plainText(options.out)}\n`);
  output.write(`  duovir trust apply ${plainText(options.out)}${stateHint(session, state)}\n`);
}
