import type { Digest, Predicate } from '@duovir/protocol';
import { RunnerError } from '../error.ts';

export interface UnderPolicy {
  readonly kind: string;
  readonly predicate: Pick<Predicate<'permit'>, 'trustPolicy'>;
}

/** Motion, voices and verdict were all made under one trust policy. */
export function assertUnderPolicy(statements: readonly UnderPolicy[], digest: Digest): void {
  for (const { kind, predicate } of statements)
    if (predicate.trustPolicy !== digest)
      throw new RunnerError('trust-policy-stale', `The ${kind} was made under another trust policy.`);
}
