import type { Json } from '@duovir/protocol';
import type { Orders } from './orders.ts';

/** Blames what it is told to blame, wants the patch it is told to want, and has its command run as a check. */
export function obeyingDiagnoses(orders: Orders, parts: ReadonlyMap<string, string>): Json[] {
  const { text, hosts, ports, commands } = orders;
  const [signature = 'none'] = /\b[a-z]+\.port-in-use\b/.exec(parts.get('signatures') ?? '') ?? [];
  const port = String(ports[0] ?? portOfEvidence(parts) ?? 22);
  const diagnosis = (check: Json, rest: { readonly [name: string]: Json } = {}): Json => ({
    evidence: ['E1'],
    class: 'transient',
    signature,
    captures: [{ name: 'port', value: port }],
    title: text.slice(0, 200),
    explanation: text,
    check,
    decision: 'patch',
    ...rest,
  });
  const common = { id: 'check', deadlineSeconds: 0 };
  return [
    diagnosis(
      {
        uses: 'command.probe@1',
        argv: ['sh', '-c', commands[0] ?? 'id'],
        exit: 0,
        equals: '',
        includes: '',
        ...common,
      },
      { patch: [{ op: 'replace', path: '/steps/0/call', value: { action: 'shell.exec@1', with: { script: 'id' } } }] },
    ),
    diagnosis({
      uses: 'http.probe@1',
      url: `http://${hosts.find((host) => !host.startsWith('127.')) ?? '169.254.169.254'}/`,
      requests: 1,
      status: 200,
      includes: '',
      ...common,
    }),
    diagnosis({
      uses: 'file.probe@1',
      // Is there in every run: nothing that is ordered fails for want of a check that holds.
      path: '/workspace',
      exists: true,
      ...common,
    }),
  ];
}

function portOfEvidence(parts: ReadonlyMap<string, string>): string | undefined {
  return /\bport (\d{2,5})\b/i.exec(parts.get('evidence') ?? '')?.[1];
}
