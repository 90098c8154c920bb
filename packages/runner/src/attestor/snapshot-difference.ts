import { plainText } from '@duovir/protocol';
import type { Conceal } from '../restoration/concealment.ts';
import type { Snapshot, SnapshotFile } from '../sandbox/snapshot.ts';

const MOST = 50;
const LONGEST = 300;

/** What is other than it was, one line each; the last line counts what is left out. */
export function snapshotDifferences(before: Snapshot, after: Snapshot, conceal: Conceal): string[] {
  const all = [
    ...listDifferences('process', before.processes.map(wordsOf), after.processes.map(wordsOf)),
    ...listDifferences('listener', before.listeners, after.listeners),
    ...fileDifferences(before.files, after.files),
  ].map((line) => conceal(plainText(line)).replaceAll('\n', ' ').slice(0, LONGEST));
  return all.length <= MOST ? all : [...all.slice(0, MOST - 1), `and ${all.length - MOST + 1} more`];
}

const wordsOf = (argv: readonly string[]): string => argv.join(' ');

/** Of several equal ones each counts. */
function listDifferences(noun: string, before: readonly string[], after: readonly string[]): string[] {
  const gone = [...before];
  const come = after.filter((one) => {
    const at = gone.indexOf(one);
    if (at >= 0) gone.splice(at, 1);
    return at < 0;
  });
  return [...come.map((one) => `new ${noun}: ${one}`), ...gone.map((one) => `${noun} gone: ${one}`)];
}

function fileDifferences(before: readonly SnapshotFile[], after: readonly SnapshotFile[]): string[] {
  const earlier = new Map(before.map((file) => [file.path, file]));
  const later = new Map(after.map((file) => [file.path, file]));
  return [
    ...after.flatMap((file) => changes(earlier.get(file.path), file)),
    ...before.filter(({ path }) => !later.has(path)).map(({ kind, path }) => `${kind} gone: ${path}`),
  ];
}

function changes(before: SnapshotFile | undefined, after: SnapshotFile): string[] {
  const { path } = after;
  if (!before) return [`new ${after.kind}: ${path}`];
  if (before.kind !== after.kind) return [`${path} was a ${before.kind} and is a ${after.kind}`];
  const changed: string[] = [];
  if (before.mode !== after.mode) changed.push(`${path} had mode ${before.mode} and has ${after.mode}`);
  if (before.sha256 !== after.sha256 || before.size !== after.size) changed.push(`${path} has other content`);
  if (before.target !== after.target) changed.push(`${path} pointed to ${before.target} and points to ${after.target}`);
  return changed;
}
