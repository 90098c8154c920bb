import type { Command } from 'commander';
import { CliError } from '../../error.ts';
import { renderLine } from '../../progress/line.ts';
import { openState, writeJson, type CommonOptions, type Session } from '../../session.ts';
import { countFindings, describeFindings, findingsInWords } from '../../trust/describe-findings.ts';
import { judgePolicy } from '../../trust/judge-policy.ts';
import { PolicySource } from '../../trust/policy-source.ts';

export function checkTrust(session: Session, command: Command, given: string | undefined): void {
  const options = command.optsWithGlobals<CommonOptions>();
  const source = new PolicySource(openState(session, options), session.now());
  const { policy, digest } = given === undefined ? source.inForce : source.read(given);
  const findings = judgePolicy(policy);
  if (options.json) writeJson(session, { version: policy.version, digest, findings });
  else for (const one of describeFindings(findings)) session.output.write(renderLine(session.output, one));
  if (countFindings(findings).errors === 0) return;
  throw new CliError(
    'trust-unsound',
    `The trust policy has ${findingsInWords(findings)}.`,
    'Correct what is named above; it cannot be signed or applied as it is.',
  );
}
