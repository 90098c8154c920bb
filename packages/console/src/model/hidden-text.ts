import type { EgressView } from '@duovir/protocol';

/** `3 hidden: 2 secret, 1 host` */
export function hiddenText(redactions: EgressView['redactions']): string {
  const kinds = Object.entries(redactions).filter(([, count]) => count > 0);
  const all = kinds.reduce((sum, [, count]) => sum + count, 0);
  return all === 0 ? 'nothing hidden' : `${all} hidden: ${kinds.map(([kind, count]) => `${count} ${kind}`).join(', ')}`;
}
