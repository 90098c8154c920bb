import { ADVERSARY, type Principal, type TrustPolicy } from '@duovir/protocol';

/** Reviewers whose approval counts. The adversary only finds. */
export function votersOf({ principals }: TrustPolicy): Principal[] {
  return principals.filter(({ role, mandate }) => role === 'reviewer' && mandate !== ADVERSARY);
}

export function adversariesOf({ principals }: TrustPolicy): Principal[] {
  return principals.filter(({ role, mandate }) => role === 'reviewer' && mandate === ADVERSARY);
}

export function peopleOf({ principals }: TrustPolicy): Principal[] {
  return principals.filter(({ role }) => role === 'person');
}
