import type { TokenView } from '@duovir/protocol';
import type { Cell } from '../../terminal/table.ts';

/** So long before its end a token is shown as one that has to be renewed. */
const SOON_MS = 14 * 86_400_000;

export const tokenHeads = ['ID', 'PERSON', 'STATE', 'EXPIRES', 'LAST USED', 'SCOPES'] as const;

export function describeToken(token: TokenView, now: Date): Cell[] {
  const { id, person, scopes, expiresAt, lastUsedAt } = token;
  return [
    { text: id },
    { text: person },
    stateOf(token, now),
    { text: dayOf(expiresAt) },
    { text: lastUsedAt === null ? 'never' : dayOf(lastUsedAt), style: 'quiet' },
    { text: scopes.join(', ') },
  ];
}

function stateOf({ revokedAt, expiresAt }: TokenView, now: Date): Cell {
  const left = Date.parse(expiresAt) - now.getTime();
  if (revokedAt !== null) return { text: 'revoked', style: 'quiet' };
  if (left <= 0) return { text: 'expired', style: 'quiet' };
  return left < SOON_MS ? { text: 'ends soon', style: 'warn' } : { text: 'good', style: 'good' };
}

function dayOf(time: string): string {
  return time.slice(0, 'yyyy-mm-dd'.length);
}
