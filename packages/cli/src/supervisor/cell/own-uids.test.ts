import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateDirectory } from '@duovir/principal';
import { OwnUids, firstOfBlock } from './own-uids.ts';

const newState = (): ReturnType<typeof stateDirectory> => stateDirectory(mkdtempSync(join(tmpdir(), 'duovir-uids-')));
const WHOLE = '         0          0 4294967295\n';

test('a principal keeps its id over restarts, and none has that of another or that of the group of callers', () => {
  const state = newState();
  const first = new OwnUids(state);
  const [planner, healer] = [first.of('planner'), first.of('healer')];
  const second = new OwnUids(state);
  expect([second.callers, second.of('planner'), second.of('healer')]).toEqual([first.callers, planner, healer]);
  expect(new Set([second.callers, planner, healer, second.of('witness')]).size).toBe(4);
  expect(statSync(join(state.root, 'uids.json')).mode & 0o777).toBe(0o600);
});

test('an id that was given is never given to another, even when its principal is gone', () => {
  const state = newState();
  writeFileSync(join(state.root, 'uids.json'), '{"callers": 2000000000, "principals": {"gone": 2000000007}}');
  expect(new OwnUids(state).of('planner')).toBe(2_000_000_008);
});

test('a damaged file is named, and nothing is drawn in its place', () => {
  const state = newState();
  writeFileSync(join(state.root, 'uids.json'), '{"callers": 0}');
  expect(() => new OwnUids(state)).toThrow(/uids\.json is not valid/);
});

test('blocks stay clear of people, containers and the sandboxes of the runner', () => {
  const last = firstOfBlock(WHOLE, (below) => below - 1);
  expect(firstOfBlock(WHOLE, () => 0)).toBeGreaterThanOrEqual(1_900_000_000 + 65_536);
  expect(last + 512).toBeLessThan(2 ** 31);
  expect(firstOfBlock('0 100000 65536\n', () => 0)).toBeGreaterThanOrEqual(60_500);
});

test('a root that owns no free ids is told so', () => {
  expect(() => firstOfBlock('0 1000 1\n', () => 0)).toThrow(expect.objectContaining({ code: 'cells-missing' }));
});
