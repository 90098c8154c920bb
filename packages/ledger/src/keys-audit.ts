import { DuovirError, parseCanonicalJson } from '@duovir/protocol';
import * as z from 'zod';
import type { Finding } from './finding.ts';
import { KEYS_FILE, keysFileSchema, openKeyRing, type KeyRing, type PublishedKeys } from './keys-file.ts';
import type { LogDirectory } from './log-directory.ts';

/** Something that was opened, or what is wrong with it. */
export type Opened<Value> =
  | { readonly kind: 'opened'; readonly value: Value }
  | { readonly kind: 'failed'; readonly finding: Finding };

export const failed = (file: string, rule: string, consequence: string): { kind: 'failed'; finding: Finding } => ({
  kind: 'failed',
  finding: { file, rule, consequence },
});

/** For what somebody else's file may be wrong with; everything else is our own fault and is thrown on. */
export function failedBy(file: string, rule: string, error: unknown): { kind: 'failed'; finding: Finding } {
  if (error instanceof DuovirError || error instanceof z.ZodError) return failed(file, rule, error.message);
  throw error;
}

export interface OpenedKeys {
  readonly published: PublishedKeys;
  readonly ring: KeyRing;
}

const NEW_LINE = 0x0a;

/** Step 1: what the officer signed, and that it is the officer who is trusted. */
export async function openKeys(directory: LogDirectory, officer: string | undefined): Promise<Opened<OpenedKeys>> {
  const bytes = await directory.file(KEYS_FILE);
  if (!bytes) return failed(KEYS_FILE, 'keys', 'The keys are missing.');
  try {
    const published = keysFileSchema.parse(
      parseCanonicalJson(bytes.at(-1) === NEW_LINE ? bytes.subarray(0, -1) : bytes),
    );
    if (officer !== undefined && published.officer !== officer)
      return failed(KEYS_FILE, 'officer', 'This is not the officer key you trust.');
    const ring = openKeyRing(published.trustPolicies, published.officer, published.restores);
    return { kind: 'opened', value: { published, ring } };
  } catch (error) {
    return failedBy(KEYS_FILE, 'keys', error);
  }
}
