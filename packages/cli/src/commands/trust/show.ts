import type { Command } from 'commander';
import type { TrustedPolicy } from '@duovir/principal';
import { line, renderLine, span, type Line } from '../../progress/line.ts';
import { openState, writeJson, type CommonOptions, type Session } from '../../session.ts';
import { writeTable } from '../../terminal/table.ts';
import { findingsInWords } from '../../trust/describe-findings.ts';
import { judgePolicy } from '../../trust/judge-policy.ts';
import { PolicySource } from '../../trust/policy-source.ts';
import { policyText } from '../../trust/policy-text.ts';

interface ShowOptions extends CommonOptions {
  readonly version?: number;
  readonly yaml?: true;
}

export function showTrust(session: Session, command: Command): void {
  const options = command.optsWithGlobals<ShowOptions>();
  const source = new PolicySource(openState(session, options), session.now());
  const trusted = options.version === undefined ? source.inForce : source.version(options.version);
  const versions = source.versions();
  if (options.json) return writeJson(session, { ...trusted, versions });
  if (options.yaml) return session.output.write(policyText(trusted));
  const { output } = session;
  for (const one of head(trusted, versions)) output.write(renderLine(output, one));
  output.write('\n');
  writePrincipals(session, trusted);
  output.write('\n');
  writeQuorum(session, trusted);
  output.write('\n');
  for (const one of foot(trusted)) output.write(renderLine(output, one));
}

function head({ policy, digest }: TrustedPolicy, versions: readonly number[]): Line[] {
  const others = versions.filter((version) => version !== policy.version);
  return [
    line(
      0,
      span(`${policy.organisation}, version ${policy.version}`, 'strong'),
      span(`signed for ${policy.issuedAt}`, 'quiet'),
    ),
    line(1, span(digest, 'quiet')),
    ...(others.length === 0 ? [] : [line(1, span(`other versions: ${others.join(', ')}`, 'quiet'))]),
  ];
}

function writePrincipals({ output }: Session, { policy }: TrustedPolicy): void {
  writeTable(
    output,
    ['PRINCIPAL', 'ROLE', 'GROUP', 'WHAT FOR', 'MODEL'],
    policy.principals.map(({ name, role, group, mandate, roles, brain }) => [
      { text: name, style: 'strong' },
      { text: role },
      { text: group, style: 'quiet' },
      { text: mandate ?? roles?.join(', ') ?? '' },
      { text: brain?.kind === 'model' ? brain.model : '' },
    ]),
  );
}

function writeQuorum({ output }: Session, { policy }: TrustedPolicy): void {
  writeTable(
    output,
    ['CLASS', 'REVIEWERS', 'APPROVALS', 'GROUPS', 'ADVERSARY', 'VETO FROM', 'PEOPLE', 'IN PCI SCOPE', 'PERMIT'],
    Object.entries(policy.quorum).map(([riskClass, rule]) => [
      { text: riskClass, style: 'strong' },
      ...[rule.reviewers, rule.approvals, rule.groups, rule.adversary ? 'yes' : 'no', rule.veto, rule.people].map(
        (cell) => ({
          text: String(cell),
        }),
      ),
      { text: String(Math.max(rule.people, rule.cardholderPeople)) },
      { text: `${rule.permitSeconds / 60} min` },
    ]),
  );
}

function foot({ policy }: TrustedPolicy): Line[] {
  const { breakGlass, requests, login, envelopes, egress } = policy;
  const glass = breakGlass
    ? `${breakGlass.people} people, ${breakGlass.minutes} minutes, ${breakGlass.classes.join(', ')}`
    : 'nobody';
  const facts = [
    ['requests signed from', requests.signedFrom],
    ['break the glass', glass],
    ['log in at', login?.issuer ?? 'no provider'],
    ['heals without review', envelopes.map(({ id }) => id).join(', ') || 'none'],
    ['models', egress.models.map(({ alias }) => alias).join(', ') || 'none'],
    ['trust check', findingsInWords(judgePolicy(policy))],
  ] as const;
  return facts.map(([what, value]) => line(0, span(what.padEnd(20), 'quiet'), span(value)));
}
