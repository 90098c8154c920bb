import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyAnchor, type Anchor } from './anchor.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { parseDecimal } from './decimal.ts';
import { LedgerError } from './error.ts';
import type { Finding } from './finding.ts';
import type { LogDirectory } from './log-directory.ts';
import { isOneOf } from './system-error.ts';

export const ANCHORS = 'anchors';
const RESPONSE = /^(0|[1-9]\d{0,15})\.tsr$/;

/** A checkpoint of this size existed at this time. */
export interface TimedSize extends Anchor {
  readonly size: number;
}

export interface AnchorAudit {
  readonly findings: readonly Finding[];
  /** No fault, but to be known: same shape as a finding. */
  readonly remarks: readonly Finding[];
  /** By authorities that are trusted, smallest first. */
  readonly anchors: readonly TimedSize[];
}

/** Rule `anchor`: each timestamp is over the checkpoint beside it, by an authority of `certificates` (PEM). */
export async function auditAnchors(directory: LogDirectory, certificates?: string): Promise<AnchorAudit> {
  const findings: Finding[] = [];
  const anchors: TimedSize[] = [];
  for (const name of await namesIn(directory)) {
    const file = `${ANCHORS}/${name}`;
    try {
      anchors.push(await open(directory, name, certificates));
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      findings.push({ file, rule: 'anchor', consequence: error.message });
    }
  }
  const ordered = anchors.toSorted((left, right) => left.size - right.size);
  const remarks = remarksOn(ordered, findings.length, certificates !== undefined);
  return { findings, remarks, anchors: ordered.filter(({ isTrusted }) => isTrusted) };
}

async function open(directory: LogDirectory, name: string, certificates: string | undefined): Promise<TimedSize> {
  const size = parseDecimal(RESPONSE.exec(name)?.[1] ?? '');
  if (size === undefined) throw new LedgerError('timestamp-malformed', 'The file is not named after a size.');
  const response = await directory.file(`${ANCHORS}/${name}`);
  const checkpoint = await checkpointOf(directory, size);
  if (!response || !checkpoint)
    throw new LedgerError('timestamp-invalid', `There is no checkpoint of ${size} entries beside the timestamp.`);
  return { size, ...verifyAnchor(response, checkpoint, certificates) };
}

/** The retained one, else the newest, if it has this size. */
async function checkpointOf(directory: LogDirectory, size: number): Promise<Buffer | undefined> {
  const kept = await directory.file(`checkpoints/${size}`);
  if (kept) return kept;
  const newest = await directory.file('checkpoint');
  return newest && parseCheckpoint(newest.toString('utf8')).size === size ? newest : undefined;
}

function remarksOn(anchors: readonly TimedSize[], failures: number, hasCertificates: boolean): Finding[] {
  const newest = anchors.at(-1);
  if (!newest)
    return failures > 0
      ? []
      : [{ rule: 'anchor', consequence: 'No authority outside has put a time to any checkpoint.' }];
  if (hasCertificates) return [];
  const consequence = `${anchors.length} timestamps agree with their checkpoints; whose they are was not asked (--tsa-ca).`;
  return [{ file: `${ANCHORS}/${newest.size}.tsr`, rule: 'anchor', consequence }];
}

async function namesIn({ root }: LogDirectory): Promise<string[]> {
  try {
    return await readdir(join(root, ANCHORS));
  } catch (error) {
    if (isOneOf(error, 'ENOENT')) return [];
    throw error;
  }
}
