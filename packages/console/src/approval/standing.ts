import type { ApprovalView } from '@duovir/protocol';

/** Whether the reader is one of those who are asked. The server and the runner decide that by themselves. */
export type Standing = { readonly kind: 'asked' } | { readonly kind: 'not-asked'; readonly explanation: string };

export function standingOf({ requester, people, given }: ApprovalView, person: string): Standing {
  if (requester === person)
    return { kind: 'not-asked', explanation: 'You have asked for this: somebody else decides about it.' };
  const own = given.find((one) => one.person === person);
  if (own) return { kind: 'not-asked', explanation: `You have signed: ${own.verdict}.` };
  if (!people.includes(person)) return { kind: 'not-asked', explanation: 'You are not one of those who decide this.' };
  return { kind: 'asked' };
}
