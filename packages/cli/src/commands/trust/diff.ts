import type { Command } from 'commander';
import type { TrustedPolicy } from '@duovir/principal';
import { trustChanges } from '@duovir/policy';
import { line, renderLine, span } from '../../progress/line.ts';
import { openState, writeJson, type CommonOptions, type Session } from '../../session.ts';
import { describeChanges } from '../../trust/describe-changes.ts';
import { PolicySource } from '../../trust/policy-source.ts';

export function diffTrust(session: Session, command: Command, first?: string, second?: string): void {
  const options = command.optsWithGlobals<CommonOptions>();
  const source = new PolicySource(openState(session, options), session.now());
  const [before, after] = pairOf(source, first, second);
  const changes = trustChanges(before.policy, after.policy);
  if (options.json) return writeJson(session, { before: before.digest, after: after.digest, changes });
  const { output } = session;
  const title = line(0, span(`version ${before.policy.version} → ${after.policy.version}`, 'quiet'));
  for (const one of [title, ...describeChanges(changes)]) output.write(renderLine(output, one));
}

function pairOf(source: PolicySource, first?: string, second?: string): readonly [TrustedPolicy, TrustedPolicy] {
  if (first !== undefined && second !== undefined) return [source.read(first), source.read(second)];
  if (first !== undefined) return ordered(source.inForce, source.read(first));
  const before = source.versions().find((version) => version < source.inForce.policy.version);
  return [before === undefined ? source.inForce : source.version(before), source.inForce];
}

function ordered(one: TrustedPolicy, other: TrustedPolicy): readonly [TrustedPolicy, TrustedPolicy] {
  return other.policy.version < one.policy.version ? [other, one] : [one, other];
}
