import type { PublishedLog } from '@duovir/ledger';
import { parseEnvelope, peekStatement } from '@duovir/protocol';

const BUNDLE_WIDTH = 256;
/** Statements may be signed this long before they are appended: times only nearly grow with the index. */
const SLACK_MS = 15 * 60_000;

type TimedLog = Pick<PublishedLog, 'cosignedCheckpoint' | 'entries'>;

/** The first entry of a pack: the beginning of the last bundle that begins well before the period. Reads one entry of a few bundles. */
export async function firstEntryFrom(log: TimedLog, from: string | null): Promise<number> {
  if (from === null) return 0;
  const { size } = await log.cosignedCheckpoint();
  const earliest = Date.parse(from) - SLACK_MS;
  let [known, unknown] = [0, Math.ceil(size / BUNDLE_WIDTH)];
  // Everything up to `known` begins before, everything from `unknown` on does not.
  while (unknown - known > 1) {
    const middle = Math.floor((known + unknown) / 2);
    if ((await beginningOf(log, middle)) < earliest) known = middle;
    else unknown = middle;
  }
  return known * BUNDLE_WIDTH;
}

async function beginningOf(log: TimedLog, bundle: number): Promise<number> {
  const [entry] = await log.entries({ from: bundle * BUNDLE_WIDTH, limit: 1 });
  return entry ? Date.parse(peekStatement(parseEnvelope(entry.body)).time) : Number.POSITIVE_INFINITY;
}
