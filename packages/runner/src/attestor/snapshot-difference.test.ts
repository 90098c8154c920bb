import { expect, test } from 'vitest';
import type { Snapshot, SnapshotFile } from '../sandbox/snapshot.ts';
import { snapshotDifferences } from './snapshot-difference.ts';

const file = (path: string, more: Partial<SnapshotFile> = {}): SnapshotFile => ({
  path,
  kind: 'file',
  mode: '0600',
  size: 1,
  sha256: 'a',
  ...more,
});
const differencesOf = (before: Snapshot, after: Snapshot): string[] =>
  snapshotDifferences(before, after, (text) => text);
const snapshot = (more: Partial<Snapshot>): Snapshot => ({ processes: [], listeners: [], files: [], ...more });

test('equal states have no difference', () => {
  const state = snapshot({ processes: [['a', 'b']], listeners: ['tcp 127.0.0.1 1'], files: [file('/tmp/a')] });
  expect(differencesOf(state, structuredClone(state))).toEqual([]);
});

test('each of several equal processes counts', () => {
  const before = snapshot({ processes: [['a'], ['a']] });
  expect(differencesOf(before, snapshot({ processes: [['a'], ['a'], ['a']] }))).toEqual(['new process: a']);
  expect(differencesOf(before, snapshot({ processes: [['a']] }))).toEqual(['process gone: a']);
});

test('files are compared by kind, mode, content and target', () => {
  const before = snapshot({ files: [file('/tmp/a'), file('/tmp/b'), file('/tmp/c', { kind: 'link', target: '/x' })] });
  const after = snapshot({
    files: [file('/tmp/a', { kind: 'directory' }), file('/tmp/c', { kind: 'link', target: '/y' }), file('/tmp/d')],
  });
  expect(differencesOf(before, after)).toEqual([
    '/tmp/a was a file and is a directory',
    '/tmp/c pointed to /x and points to /y',
    'new file: /tmp/d',
    'file gone: /tmp/b',
  ]);
});

test('a name cannot write lines of its own, and the list is bounded', () => {
  const files = Array.from({ length: 80 }, (_, index) => file(`/tmp/${index}\n\u001b[2Jfine`));
  const lines = differencesOf(snapshot({}), snapshot({ files }));
  expect(lines).toHaveLength(50);
  expect(lines[0]).toBe('new file: /tmp/0 fine');
  expect(lines.at(-1)).toBe('and 31 more');
});
