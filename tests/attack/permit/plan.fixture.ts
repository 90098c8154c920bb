import { randomBytes } from 'node:crypto';
import { digestOf, planSchema, type Plan } from '@duovir/protocol';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

export function newRunId(): string {
  return `run-${[...randomBytes(20)].map((byte) => BASE32[byte % 32]).join('')}`;
}

/** Opens a sandbox, writes a marker with a command, closes: the smallest plan whose execution can be seen. */
export function planFor(run: string): Plan {
  const present = (name: string) => ({
    id: name,
    action: 'file.probe@1',
    with: { path: `/workspace/${name}` },
    expect: { exists: true },
  });
  const probe = present('marker');
  return planSchema.parse({
    apiVersion: 'duovir/v1',
    kind: 'Plan',
    run,
    revision: 1,
    salt: '0123456789abcdef0123456789abcdef',
    goal: { statement: 'Leave a marker', successCriteria: [probe] },
    source: {
      pack: 'test',
      playbook: 'test/marker',
      version: '1',
      digest: digestOf('playbook'),
      inputs: { port: 5433 },
    },
    target: { kind: 'sandbox', id: run },
    environment: 'development',
    dataClass: 'internal',
    steps: [
      {
        id: 'open',
        title: 'Open the sandbox',
        call: {
          action: 'sandbox.open@1',
          with: {
            hosts: {},
            limits: { memoryBytes: 268_435_456, processes: 64, cpuPercent: 100, workspaceBytes: 16_777_216 },
          },
        },
        verify: [],
        compensate: { kind: 'action', call: { action: 'sandbox.close@1', with: {} } },
      },
      {
        id: 'mark',
        title: 'Leave a marker',
        call: { action: 'file.write@1', with: { path: '/workspace/marker', content: 'here' } },
        needs: ['open'],
        verify: [probe],
        compensate: { kind: 'action', call: { action: 'path.remove@1', with: { path: '/workspace/marker' } } },
      },
      {
        id: 'count',
        title: 'Count executions',
        call: { action: 'command.run@1', with: { argv: ['/usr/bin/tee', '-a', '/workspace/count'], stdin: 'once\n' } },
        needs: ['open'],
        verify: [present('count')],
        compensate: { kind: 'none', reason: 'It goes with the sandbox.' },
      },
    ],
  });
}
