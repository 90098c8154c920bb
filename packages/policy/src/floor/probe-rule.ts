import type { Probe } from '@duovir/protocol';
import type { FindingDraft } from '../finding/finding.ts';
import { quote } from '../finding/quote.ts';
import { isLoopback } from './listen-rule.ts';

/** HTTP probes stay in the sandbox: loopback, or a name of the run's own hosts (which are loopback, and have no dot). */
export function probeFindings(probes: readonly Probe[], pointer: string, step: string | null): FindingDraft[] {
  return probes.flatMap((probe, index) => {
    if (probe.action !== 'http.probe@1') return [];
    const { hostname, username, password } = new URL(probe.with.url);
    const at = `${pointer}/${index}/with/url`;
    const findings: FindingDraft[] = [];
    if (!isLoopback(hostname) && !/^[a-z][a-z0-9-]*$/.test(hostname))
      findings.push({
        rule: 'floor.probe-target',
        severity: 'high',
        step,
        claim: `The probe asks ${quote(hostname)}, which is not in the sandbox.`,
        evidence: [at],
        suggestion: 'Ask a loopback address or a host of this run.',
      });
    if (username !== '' || password !== '')
      findings.push({
        rule: 'floor.secret-literal',
        severity: 'critical',
        step,
        claim: 'The URL carries a user name or password.',
        evidence: [at],
        suggestion: 'Name the secret in `secrets`.',
      });
    return findings;
  });
}
