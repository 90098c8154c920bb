import type { TrustPolicy } from '@duovir/protocol';

/** Who somebody is here whom the issuer calls so. Undefined for nobody, and where two people claim to be the same. */
export function personOfSubject({ principals }: TrustPolicy, subject: string): string | undefined {
  const [person, ...others] = principals.filter(
    (principal) => principal.role === 'person' && principal.subject === subject,
  );
  return others.length === 0 ? person?.name : undefined;
}
