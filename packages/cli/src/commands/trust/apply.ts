import type { Command } from 'commander';
import { openTrustPolicy } from '@duovir/principal';
import { trustChanges } from '@duovir/policy';
import { canonicalJson, parseEnvelope, type TrustApplication } from '@duovir/protocol';
import { connect, type ConnectOptions } from '../../connect.ts';
import { CliError } from '../../error.ts';
import { renderLine } from '../../progress/line.ts';
import { openState, stateHint, writeJson, type Session } from '../../session.ts';
import { confirm } from '../../trust/confirm.ts';
import { describeChanges } from '../../trust/describe-changes.ts';
import { describeFindings } from '../../trust/describe-findings.ts';
import { judgePolicy } from '../../trust/judge-policy.ts';
import { PolicySource, readPolicyFile } from '../../trust/policy-source.ts';
import { takeUpNextKeys } from '../../trust/principal-key.ts';

interface ApplyOptions extends ConnectOptions {
  readonly yes?: true;
}

interface Applied extends TrustApplication {
  /** Principals whose new key was put in place of the old one here. */
  readonly rotated: readonly string[];
}

/** What is shown is what is sent: the difference is made here, from the bytes that the officer has signed. */
export async function applyTrust(session: Session, command: Command, file: string): Promise<void> {
  const options = command.optsWithGlobals<ApplyOptions>();
  const state = openState(session, options);
  const { client } = await connect(session, options);
  const text = readPolicyFile(file).trim();
  const source = new PolicySource(state, session.now());
  const next = openTrustPolicy(text, source.officerPublicKey);
  const { envelope: before } = await client.trust();
  const inForce = openTrustPolicy(canonicalJson(before), source.officerPublicKey);
  if (!options.yes) {
    const lines = [
      ...describeChanges(trustChanges(inForce.policy, next.policy)),
      ...describeFindings(judgePolicy(next.policy)),
    ];
    for (const one of lines) session.errors.write(renderLine(session.errors, one));
    if (!(await confirm(session, `Put version ${next.policy.version} in force?`)))
      throw new CliError('refused', 'Nothing was changed.', 'Run it again when it is to be applied.');
  }
  const application = await client.applyTrust(parseEnvelope(Buffer.from(text)));
  const applied = { ...application, rotated: takeUpNextKeys(state, next.policy) };
  if (options.json) return writeJson(session, applied);
  writeApplied(session, applied, stateHint(session, state));
}

function writeApplied({ output }: Session, { version, entry, restartNeeded, rotated }: Applied, hint: string): void {
  const place = entry === null ? '' : `, entry #${entry}`;
  output.write(`${output.style('good', '✔')} Version ${version} is in force${place}\n`);
  if (rotated.length > 0) output.write(`  new keys in use: ${rotated.join(', ')}\n`);
  if (restartNeeded.length === 0) return;
  const what = restartNeeded.map(({ name, change }) => `${change} ${name}`).join(', ');
  output.write(`${output.style('warn', '!')} The processes do not fit it yet: ${what}\n`);
  output.write(`  duovir down${hint} && duovir up${hint}\n`);
}
