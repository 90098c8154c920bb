import { createScrubber, RegisteredValues, type Scrubber } from '@duovir/egress';
import { secretsIn } from '@duovir/policy';
import type { SecretInput } from '../gateway/secret-inputs.ts';

/** Secrets the server itself works with. */
export function ownSecrets(databaseUrl: string): SecretInput[] {
  const { password } = new URL(databaseUrl);
  return password === '' ? [] : [{ label: 'database password', value: decodeURIComponent(password) }];
}

/** Finds this server's own secrets in every encoding, and what looks like anybody's (Invariants 7 and 12). */
export function serverScrubber(own: readonly SecretInput[]): Scrubber {
  const registered = new RegisteredValues();
  for (const { label, value } of own) registered.register(label, value);
  return createScrubber(registered, [
    (text) => secretsIn(text).map(({ start, end, kind }) => ({ start, end, label: kind })),
  ]);
}
