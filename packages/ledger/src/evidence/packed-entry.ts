import { join } from 'node:path';
import {
  digestOfBytes,
  keyIdOfEnvelope,
  keysOfPrincipal,
  parseEnvelope,
  peekStatement,
  type Digest,
  type EntryKind,
  type Role,
  type Statement,
} from '@duovir/protocol';
import { parseDecimal } from '../decimal.ts';
import { LedgerError } from '../error.ts';
import type { KeyRing } from '../keys-file.ts';
import type { LogDirectory } from '../log-directory.ts';
import { TILE_WIDTH, tileWidth } from '../tile.ts';
import { namesIn } from './folder.ts';

/** An entry as a report tells of it. Who may say so, and whether it is true, `verifyLog` has judged. */
export interface PackedEntry<Kind extends EntryKind = EntryKind> {
  readonly index: number;
  /** Names the entry: digest of its bytes. */
  readonly digest: Digest;
  /** Name of the signer. */
  readonly principal: string;
  /** Of the signer in some trust policy of the pack; undefined for a key that is in none. */
  readonly role: Role | undefined;
  readonly statement: Statement<Kind>;
  /** The trust policy in force here; undefined before the log was started. */
  readonly trustPolicy: Digest | undefined;
  readonly isInPeriod: boolean;
}

export function isPacked<Kind extends EntryKind>(entry: PackedEntry, kind: Kind): entry is PackedEntry<Kind> {
  return entry.statement.kind === kind;
}

/** The part of a log that a pack has. */
export interface PackedRange {
  readonly size: number;
  readonly first: number;
  readonly from: string | null;
  readonly to: string | null;
}

/** Entries one after the other, those below `first` that later ones rest on included. */
export async function* readEntries(
  directory: LogDirectory,
  keys: KeyRing,
  { size, first, from, to }: PackedRange,
): AsyncGenerator<PackedEntry> {
  const roles = rolesOf(keys);
  let trustPolicy: Digest | undefined;
  for await (const { index, bytes } of readBytes(directory, size, first)) {
    const envelope = parseEnvelope(bytes);
    const statement = peekStatement(envelope);
    const keyId = keyIdOfEnvelope(envelope);
    trustPolicy = policyFrom(statement) ?? trustPolicy;
    yield {
      index,
      digest: digestOfBytes(bytes),
      principal: keyId.split('/')[0] ?? '',
      role: roles.get(keyId),
      statement,
      trustPolicy,
      // ISO times of one length are ordered as texts.
      isInPeriod: (from === null || statement.time >= from) && (to === null || statement.time < to),
    };
  }
}

/** The trust policy that an entry puts in force. */
function policyFrom({ kind, subject, predicate }: Statement): Digest | undefined {
  if (kind === 'trust-policy') return subject;
  return kind === 'log-start' && 'trustPolicy' in predicate ? predicate.trustPolicy : undefined;
}

async function* readBytes(
  directory: LogDirectory,
  size: number,
  first: number,
): AsyncGenerator<{ readonly index: number; readonly bytes: Buffer }> {
  for (const index of await contextOf(directory, first)) {
    const bytes = await directory.file(`context/${index}`);
    if (!bytes) throw new LedgerError('entry-missing', `context/${index} is gone.`);
    yield { index, bytes };
  }
  for (let bundle = first / TILE_WIDTH; bundle * TILE_WIDTH < size; bundle += 1) {
    const entries = await directory.bundle(bundle, tileWidth('entries', bundle, size));
    for (const [offset, bytes] of entries.entries()) yield { index: bundle * TILE_WIDTH + offset, bytes };
  }
}

async function contextOf(directory: LogDirectory, first: number): Promise<number[]> {
  return (await namesIn(join(directory.root, 'context')))
    .flatMap((name) => parseDecimal(name) ?? [])
    .filter((index) => index < first)
    .toSorted((left, right) => left - right);
}

function rolesOf(keys: KeyRing): ReadonlyMap<string, Role> {
  return new Map(
    [...keys.policies.values()].flatMap(({ policy }) =>
      policy.principals.flatMap((principal) =>
        [...keysOfPrincipal(principal).keys()].map((keyId) => [keyId, principal.role] as const),
      ),
    ),
  );
}
