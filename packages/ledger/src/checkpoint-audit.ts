import { isUtf8 } from 'node:buffer';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '@duovir/protocol';
import { openCheckpoint, type CheckpointTrust } from './checkpoint.ts';
import { parseDecimal } from './decimal.ts';
import type { Finding } from './finding.ts';
import { failed, failedBy, type Opened } from './keys-audit.ts';
import type { KeyRing } from './keys-file.ts';
import type { LogDirectory } from './log-directory.ts';
import type { KnownRoot } from './tree-audit.ts';
import type { Term } from './trust-timeline.ts';
import { isOneOf } from './system-error.ts';

/** A checkpoint that log and witnesses of some trust policy have signed. */
export interface OpenedCheckpoint extends KnownRoot {
  readonly origin: string;
  /** All trust policies by which it may be believed. */
  readonly policies: ReadonlySet<Digest>;
}

const RETAINED = 'checkpoints';

/** Step 2: a checkpoint counts under any policy that was ever signed; which one was in force there is known when the entries are read. */
export async function openCheckpointFile(
  directory: LogDirectory,
  file: string,
  keys: KeyRing,
): Promise<Opened<OpenedCheckpoint>> {
  const bytes = await directory.file(file);
  if (!bytes) return failed(file, 'checkpoint', 'The checkpoint is missing.');
  // Read as if U+FFFD had been meant, a line of nobody would be ignored that others refuse.
  if (!isUtf8(bytes)) return failed(file, 'checkpoint', 'The checkpoint is not UTF-8.');
  const note = bytes.toString('utf8');
  let last: Opened<OpenedCheckpoint> = failed(file, 'checkpoint', 'No trust policy names a log.');
  for (const { policy, digest } of keys.policies.values()) {
    const { log, witnesses } = policy;
    const trust: CheckpointTrust = { logVkey: log.vkey, witnessVkeys: witnesses.vkeys, quorum: witnesses.quorum };
    try {
      const { origin, size, root } = openCheckpoint(note, trust);
      const before: Iterable<Digest> = last.kind === 'opened' ? last.value.policies : [];
      last = { kind: 'opened', value: { origin, size, root, file, policies: new Set([...before, digest]) } };
    } catch (error) {
      const failure = failedBy(file, 'checkpoint', error);
      if (last.kind === 'failed') last = failure;
    }
  }
  return last;
}

/** Files of the checkpoints that were kept. */
export async function retainedFiles(directory: LogDirectory): Promise<string[]> {
  try {
    return (await readdir(join(directory.root, RETAINED))).toSorted().map((name) => `${RETAINED}/${name}`);
  } catch (error) {
    if (isOneOf(error, 'ENOENT')) return [];
    throw error;
  }
}

export function sizeFindings(newest: KnownRoot, older: readonly KnownRoot[]): Finding[] {
  return older.flatMap(({ file, size }) => {
    if (size > newest.size)
      return [{ file, rule: 'truncated', consequence: `The log once had ${size} entries and now has ${newest.size}.` }];
    if (parseDecimal(file.slice(RETAINED.length + 1)) !== size)
      return [{ file, rule: 'checkpoint-name', consequence: 'The file is named after another size.' }];
    return [];
  });
}

/**
 * A server signs with the log key that it was started with. So a checkpoint counts under the policy in force at its last entry,
 * or under one that was in force since the log was last started.
 */
export function checkpointKeyFindings(checkpoints: readonly OpenedCheckpoint[], terms: readonly Term[]): Finding[] {
  return checkpoints.flatMap(({ file, size, policies }) => {
    const until = terms.filter(({ from }) => from < size);
    const start = until.findLastIndex(({ isStart }) => isStart);
    const counting = until.slice(Math.max(0, start));
    if (counting.length === 0 || counting.some(({ policy }) => policies.has(policy))) return [];
    const consequence =
      'It is signed with a log key, or witnessed by those, of a trust policy that was not in force there.';
    return [{ file, rule: 'checkpoint-key', consequence }];
  });
}
