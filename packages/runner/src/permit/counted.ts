import { envelopeDigest, type Digest, type Envelope } from '@duovir/protocol';
import { RunnerError, type RunnerErrorCode } from '../error.ts';

/** The voices sent are exactly those the verdict counted: none left out, none slipped in. */
export function assertCounted(
  sent: readonly Envelope[],
  counted: readonly Digest[],
  codes: { readonly missing: RunnerErrorCode; readonly extra: RunnerErrorCode },
): void {
  const digests = new Set(sent.map(envelopeDigest));
  for (const digest of counted)
    if (!digests.has(digest)) throw new RunnerError(codes.missing, `The verdict counts ${digest}, which was not sent.`);
  for (const digest of digests)
    if (!counted.includes(digest)) throw new RunnerError(codes.extra, `The verdict does not count ${digest}.`);
}
