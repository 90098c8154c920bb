import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan } from '@duovir/protocol';
import { packs } from '../agent.fixture.ts';
import { choosePort } from './port-patch.ts';

const playbook = packs.find(({ id }) => id === 'nginx')?.playbooks[0];
if (!playbook) throw new Error('the nginx pack has no playbook');
const planWith = (inputs: Record<string, number>): Plan => ({ source: { inputs } }) as unknown as Plan;
const listeners = (ports: readonly number[]): Parameters<typeof choosePort>[1]['listeners'] =>
  ports.map((port) => ({ address: '0.0.0.0', port, pid: null, argv: '', service: null }));

test('two inputs of one value: it is not guessed which is meant', () => {
  const envelope = { id: 'e', inputs: ['port', 'upstreamPort'], from: 5000, to: 9999 };
  const plan = planWith({ port: 8080, upstreamPort: 8080 });
  expect(choosePort(8080, { plan, envelope, listeners: [] }, playbook)).toMatchObject({ kind: 'none' });
});

test('whatever is taken: the port is inside the envelope, free and not used by another input', () => {
  const port = fc.integer({ min: 5000, max: 5020 });
  fc.assert(
    fc.property(fc.array(port), port, port, (taken, current, other) => {
      fc.pre(current !== other);
      const envelope = { id: 'e', inputs: ['port'], from: 5000, to: 5020 };
      const plan = planWith({ port: current, upstreamPort: other });
      const choice = choosePort(current, { plan, envelope, listeners: listeners(taken) }, playbook);
      const free = Array.from({ length: 21 }, (_, index) => 5000 + index).filter(
        (each) => each !== current && each !== other && !taken.includes(each),
      );
      if (choice.kind === 'none') expect(free).toEqual([]);
      else expect(choice.port).toBe(free.find((each) => each > current) ?? free[0]);
    }),
  );
});
