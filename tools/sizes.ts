// How big files are: product sources and tests apart, lines that are neither blank nor a comment.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const IS_TEST = /\.(test|fixture)\.ts$|^tests\//;

const files = globSync(['packages/*/src/**/*.ts', 'tests/**/*.ts'], { cwd: ROOT }).map((path) => ({
  path,
  lines: codeLines(readFileSync(join(ROOT, path), 'utf8')),
}));

report(
  'sources',
  files.filter(({ path }) => !IS_TEST.test(path)),
);
report(
  'tests',
  files.filter(({ path }) => IS_TEST.test(path)),
);

function codeLines(source: string): number {
  const withoutBlocks = source.replaceAll(/^\s*\/\*[\s\S]*?\*\//gm, '');
  return withoutBlocks.split('\n').filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length;
}

function report(title: string, group: readonly { path: string; lines: number }[]): void {
  const sorted = group.toSorted((left, right) => left.lines - right.lines);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]?.lines ?? 0;
  const total = sorted.reduce((lines, file) => lines + file.lines, 0);
  console.log(`${title}: ${sorted.length} files, ${total} lines, median ${at(0.5)}, p90 ${at(0.9)}, max ${at(1)}`);
  for (const { path, lines } of sorted.slice(-5).toReversed()) console.log(`  ${String(lines).padStart(4)}  ${path}`);
}
