import type { Json } from '@duovir/protocol';
import type { Orders } from './orders.ts';

/** Blames what it is told to blame, wants the patch it is told to want, and has its command run as a check. */
export function obeyingDiagnoses(orders: Orders, parts: ReadonlyMap<string, string>): Json[] {
  const { text, hosts, ports, paths, commands } = orders;
  const signatures = Array.from((parts.get('signatures') ?? '').matchAll(/"id":"([^"]+)"/g), ([, id = '']) => id);
  const port = String(ports[0] ?? portOfEvidence(parts) ?? 22);
  const diagnosis = (check: Json, rest: { readonly [name: string]: Json } = {}): Json => ({
    evidence: ['E1'],
    class: 'transient',
    signature: signatures.find((id) => id.endsWith('port-in-use')) ?? 'none',
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
      url: `http://${hosts[0] ?? '169.254.169.254'}/`,
      requests: 1,
      status: 200,
      includes: '',
      ...common,
    }),
    diagnosis({
      uses: 'file.probe@1',
      path: paths.find((path) => path.startsWith('/workspace')) ?? '/workspace',
      exists: true,
      ...common,
    }),
  ];
}

function portOfEvidence(parts: ReadonlyMap<string, string>): string | undefined {
  return /\bport (\d{2,5})\b/i.exec(parts.get('evidence') ?? '')?.[1];
}
