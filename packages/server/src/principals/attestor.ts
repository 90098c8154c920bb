import { attestAnswerSchema, type AttestRequest } from '@duovir/protocol';
import type { AttestorPort } from '@duovir/engine';
import { withPatience, type UnixClient } from '@duovir/principal';

/** Beyond what the probes themselves may take. */
const MARGIN_MS = 30_000;

export function attestor(client: UnixClient): AttestorPort {
  return {
    attest: (request) =>
      withPatience(() =>
        client.call({ path: '/v1/attestations', body: request, timeoutMs: longest(request) }, attestAnswerSchema),
      ),
  };
}

/** Probes may be asked one after the other, each until its deadline. */
function longest({ probes }: AttestRequest): number {
  return probes.reduce((sum, probe) => sum + probe.deadlineMs + 60_000, MARGIN_MS);
}
