import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type Json, type Plan } from '@duovir/protocol';
import { checkPlaybook } from './check.ts';
import { parseYaml } from './yaml-document.ts';
import { smallPlaybook } from './playbook.fixture.ts';
import type { Playbook } from './playbook-schema.ts';
import { renderPlaybook } from './render.ts';

function playbook(): Playbook {
  const parsed = parseYaml(smallPlaybook, 'small.yaml');
  const checked = parsed.kind === 'valid' ? checkPlaybook(parsed.value) : parsed;
  if (checked.kind === 'problems') throw new Error(JSON.stringify(checked.problems));
  return checked.value;
}

const render = (inputs: Record<string, Json>): Plan =>
  renderPlaybook(playbook(), {
    pack: 'files',
    packDigest: `sha256:${'a'.repeat(64)}`,
    run: `run-${'b'.repeat(20)}`,
    revision: 1,
    salt: '0'.repeat(32),
    goal: 'Write two files',
    inputs,
    environment: 'development',
    dataClass: 'internal',
    occupiedPorts: [5432],
  });

test('the first step opens the sandbox with what the request occupies', () => {
  const [first] = render({ port: 5432, extra: false }).steps;
  expect(first).toMatchObject({
    id: 'sandbox',
    needs: [],
    call: { action: 'sandbox.open@1', with: { hosts: { node: '127.0.0.11' }, occupiedPorts: [5432] } },
    compensate: { kind: 'none' },
  });
});

test('for-each makes one step for each item, and who comes after needs them all', () => {
  const { steps } = render({ port: 5432, extra: true });
  expect(steps.map(({ id, needs }) => [id, needs])).toEqual([
    ['sandbox', []],
    ['write-1', ['sandbox']],
    ['write-2', ['sandbox']],
    ['extra', ['write-1', 'write-2']],
    ['last', ['extra']],
  ]);
});

test('a step that is left out hands on what it needed', () => {
  const { steps } = render({ port: 5432, extra: false });
  expect(steps.map(({ id }) => id)).toEqual(['sandbox', 'write-1', 'write-2', 'last']);
  expect(steps.at(-1)?.needs).toEqual(['write-1', 'write-2']);
});

test("the playbook's environment reaches every command, and a step may add to it", () => {
  expect(render({ port: 5432, extra: false }).steps.at(-1)).toMatchObject({
    call: { with: { environment: { LC_ALL: 'C.UTF-8', TZ: 'UTC' } } },
    timeoutMs: 120_000,
  });
});

test('the same request gives the same bytes, whatever the order of its inputs', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1024, max: 65_535 }), fc.boolean(), (port, extra) => {
      const once = canonicalJson(render({ port, extra }));
      expect(canonicalJson(render({ extra, port }))).toBe(once);
      expect(once).toContain(`port ${port} number 2`);
    }),
  );
});

test('another port changes nothing but where the port stands', () => {
  const before = render({ port: 5432, extra: false });
  const after = render({ port: 5433, extra: false });
  expect(canonicalJson(after)).toBe(
    canonicalJson({
      ...before,
      source: after.source,
      steps: before.steps.map((step, index) => ({ ...step, call: after.steps[index]?.call })),
    }),
  );
});
