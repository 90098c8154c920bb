import { createScrubber, RegisteredValues, type Scrubber } from '@duovir/egress';
import { secretsIn } from '@duovir/policy';

/** Finds this server's own secrets in every encoding, and what looks like anybody's (Invariants 7 and 12). */
export function serverScrubber(databaseUrl: string): Scrubber {
  const registered = new RegisteredValues();
  const { password } = new URL(databaseUrl);
  if (password !== '') registered.register('database password', decodeURIComponent(password));
  return createScrubber(registered, [
    (text) => secretsIn(text).map(({ start, end, kind }) => ({ start, end, label: kind })),
  ]);
}
