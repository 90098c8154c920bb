import { keyIdOf, type Predicate, type Principal, type TrustPolicy } from '@duovir/protocol';

/** What the ledger says about a principal from the entry of a new trust policy on. */
export type PrincipalChange = {
  readonly [Kind in 'principal-enrol' | 'principal-rotate' | 'principal-revoke']: {
    readonly kind: Kind;
    readonly predicate: Predicate<Kind>;
  };
}['principal-enrol' | 'principal-rotate' | 'principal-revoke'];

/** Revocations first: a key that goes from one principal to another never is with both. */
export function principalChanges(before: TrustPolicy | null, after: TrustPolicy): PrincipalChange[] {
  const old = new Map(before?.principals.map((principal) => [principal.name, principal]));
  const next = new Map(after.principals.map((principal) => [principal.name, principal]));
  const left = [...old.values()].filter((principal) => {
    const successor = next.get(principal.name);
    return !successor || !isSameOffice(principal, successor);
  });
  return [
    ...left.map(revocation),
    ...[...next.values()].flatMap((principal): PrincipalChange[] => {
      const predecessor = old.get(principal.name);
      if (!predecessor || !isSameOffice(predecessor, principal)) return [enrolment(principal)];
      if (keyOf(predecessor) === keyOf(principal)) return [];
      const predicate = { principal: principal.name, key: keyOf(principal), previous: keyOf(predecessor) };
      return [{ kind: 'principal-rotate', predicate }];
    }),
  ];
}

/** Who gets another role or group under the same name is somebody else. */
function isSameOffice(left: Principal, right: Principal): boolean {
  return left.role === right.role && left.group === right.group;
}

function enrolment(principal: Principal): PrincipalChange {
  const { name, role, group } = principal;
  return { kind: 'principal-enrol', predicate: { principal: name, role, group, key: keyOf(principal) } };
}

function revocation(principal: Principal): PrincipalChange {
  return { kind: 'principal-revoke', predicate: { principal: principal.name, key: keyOf(principal) } };
}

function keyOf({ name, publicKey }: Principal): string {
  return keyIdOf(name, Buffer.from(publicKey, 'base64'));
}
