import type { HealEnvelope, TrustPolicy } from '@duovir/protocol';
import { trustFinding, type TrustFinding } from './trust-finding.ts';

/** As playbooks name their inputs. */
const INPUT = /^[a-zA-Z][a-zA-Z0-9]{0,63}$/;
/** As packs name their signatures. */
const SIGNATURE = /^[a-z0-9-]+(?:[./][a-z0-9-]+)*$/;

/** Whether the ranges in which heals take the short way mean what they say. */
export function checkEnvelopes({ envelopes }: TrustPolicy): TrustFinding[] {
  return envelopes.flatMap((envelope, index) => [
    ...flawsOf(envelope, ['envelopes', index]),
    ...(envelopes.findIndex(({ id }) => id === envelope.id) < index
      ? [trustFinding('envelopes.twice', ['envelopes', index, 'id'], `Two envelopes are called ${envelope.id}.`)]
      : []),
  ]);
}

function flawsOf(envelope: HealEnvelope, at: readonly (string | number)[]): TrustFinding[] {
  const { id, signature, inputs, range, environments } = envelope;
  const unknown = inputs.findIndex((input) => !INPUT.test(input));
  const findings: TrustFinding[] = [];
  if (unknown >= 0)
    findings.push(
      trustFinding(
        'envelopes.input-unknown',
        [...at, 'inputs', unknown],
        `${id} names an input that no playbook can have.`,
      ),
    );
  if (!SIGNATURE.test(signature))
    findings.push(
      trustFinding(
        'envelopes.signature-unknown',
        [...at, 'signature'],
        `${id} names a signature that no pack can have.`,
      ),
    );
  if (range.from > range.to)
    findings.push(
      trustFinding(
        'envelopes.range-empty',
        [...at, 'range'],
        `${id} allows ports ${range.from} to ${range.to}, which are none.`,
      ),
    );
  if (environments.includes('production'))
    findings.push(
      trustFinding(
        'envelopes.production',
        [...at, 'environments'],
        `${id} lets patches take the short way in production.`,
      ),
    );
  return findings;
}
