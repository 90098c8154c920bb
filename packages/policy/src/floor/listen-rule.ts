import type { FindingDraft } from '../finding/finding.ts';
import { quote } from '../finding/quote.ts';

/** The listening directives of the servers the packs know: one pattern per syntax, group 1 is the address list. */
const directives: readonly { readonly pattern: RegExp; readonly addresses: (value: string) => string[] }[] = [
  { pattern: /^[ \t]*listen_addresses[ \t]*=?[ \t]*'([^'\n]*)'/gim, addresses: (value) => value.split(',') },
  { pattern: /^[ \t]*listen_addresses[ \t]*=[ \t]*([^\s'#]+)/gim, addresses: (value) => value.split(',') },
  { pattern: /^[ \t]*bind[ \t]+([^\n#]+)/gim, addresses: (value) => value.trim().split(/\s+/) },
  {
    pattern: /(?:^|[\s;{])listen\s+((?:\*|\d[\d.]*|\[[^\]\s]{0,64}\]|[\w.-]{1,253})(?::\d{1,5})?)(?=[\s;])/gim,
    addresses: (value) => nginxAddress(value),
  },
];

function nginxAddress(value: string): string[] {
  // A bare port means every address of the machine; a bare word is prose, or a name that only the sandbox resolves.
  if (/^\d+$/.test(value)) return ['*'];
  return /^[a-z_-][\w.-]*$/i.test(value) ? [] : [value.replace(/:\d+$/, '')];
}

export function isLoopback(address: string): boolean {
  const bare = address
    .trim()
    .replaceAll(/^["'-]|["']$/g, '')
    .replace(/^\[(.*)\]$/, '$1');
  return bare === '' || bare === 'localhost' || bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare);
}

/** The addresses of a configuration text that are not loopback. */
export function exposedAddresses(configuration: string): string[] {
  return directives.flatMap(({ pattern, addresses }) =>
    [...configuration.matchAll(pattern)].flatMap((match) =>
      addresses(match[1] ?? '').filter((address) => !isLoopback(address)),
    ),
  );
}

export function listenFindings(configuration: string, pointer: string, step: string): FindingDraft[] {
  return exposedAddresses(configuration)
    .slice(0, 4)
    .map((address) => ({
      rule: 'floor.listen-loopback',
      severity: 'high',
      step,
      claim: `The configuration listens on ${quote(address)}; a run listens on loopback addresses only.`,
      evidence: [pointer],
      suggestion: 'Listen on an address of 127.0.0.0/8.',
    }));
}
