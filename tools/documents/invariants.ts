import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How many invariants the design states. */
const COUNT = 12;
const ROW = /^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm;
const FILE = /`([^`]+\/[^`]+)`/g;

/** Invariants that a document does not list with the code that upholds them and tests named after them. */
export function incompleteInvariants(text: string, root: string): readonly number[] {
  const complete = new Set(
    [...text.matchAll(ROW)]
      .filter(([, number, , code = '', tests = '']) => {
        const files = pathsIn(tests);
        const name = new RegExp(`Invariant ${number}\\b`);
        return pathsIn(code).length > 0 && files.length > 0 && files.every((file) => names(join(root, file), name));
      })
      .map(([, number]) => Number(number)),
  );
  return Array.from({ length: COUNT }, (_, index) => index + 1).filter((number) => !complete.has(number));
}

const pathsIn = (cell: string): readonly string[] => [...cell.matchAll(FILE)].map(([, path = '']) => path);

function names(file: string, name: RegExp): boolean {
  return existsSync(file) && name.test(readFileSync(file, 'utf8'));
}
