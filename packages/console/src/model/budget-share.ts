import type { BudgetView } from '@duovir/protocol';

export type Level = BudgetView['levels'][number];

const names: Readonly<Record<string, string>> = { day: 'The organisation today', run: 'This run' };

/** In percent, of tokens or money, whichever is scarcer. */
export function shareOf({ spent, cap }: Pick<Level, 'spent' | 'cap'>): number {
  const share = (used: number, most: number): number => (used === 0 ? 0 : (used * 100) / Math.max(most, 1));
  return Math.floor(Math.max(share(spent.tokens, cap.tokens), share(spent.microUsd, cap.microUsd)));
}

/** `team/platform/2026-01-01` is of the team platform, today. */
export function levelName(id: string): string {
  const [kind = '', name = ''] = id.split('/');
  return names[kind] ?? `${kind === 'team' ? 'The team ' : ''}${name} today`;
}
