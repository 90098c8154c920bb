import type { ActionCall, Limits } from '@duovir/protocol';
import type { FindingDraft } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import type { SubjectPlace } from './subject-text.ts';

/** What one sandbox may use at most; bytes, processes, percent of one core. */
export const maximumLimits: Limits = {
  memoryBytes: 8 * 1024 ** 3,
  processes: 1024,
  cpuPercent: 800,
  workspaceBytes: 16 * 1024 ** 3,
};

/** Below, a port needs a capability that no sandbox has. */
export const FIRST_UNPRIVILEGED_PORT = 1024;

export function limitFindings(call: ActionCall, place: SubjectPlace): FindingDraft[] {
  const findings: FindingDraft[] = [];
  if (call.action === 'sandbox.open@1')
    for (const name of Object.keys(maximumLimits) as (keyof Limits)[])
      if (call.with.limits[name] > maximumLimits[name])
        findings.push({
          rule: 'floor.limit-maximum',
          severity: 'high',
          step: place.step,
          claim: `${name} is ${call.with.limits[name]}; a sandbox may have ${maximumLimits[name]} at most.`,
          evidence: [pointer(...place.call, 'with', 'limits', name)],
          suggestion: 'Lower the limit.',
        });
  const ports =
    call.action === 'sandbox.open@1'
      ? call.with.occupiedPorts.map((port, index) => [port, ['occupiedPorts', index]] as const)
      : call.action === 'service.start@1'
        ? [[call.with.ready.port, ['ready', 'port']] as const]
        : [];
  for (const [port, at] of ports)
    if (port < FIRST_UNPRIVILEGED_PORT)
      findings.push({
        rule: 'floor.privileged-port',
        severity: 'high',
        step: place.step,
        claim: `Port ${port} is below ${FIRST_UNPRIVILEGED_PORT}, which needs a privilege no step has.`,
        evidence: [pointer(...place.call, 'with', ...at)],
        suggestion: `Choose a port from ${FIRST_UNPRIVILEGED_PORT} on.`,
      });
  return findings;
}
