/** How many invariants the design states. */
const COUNT = 12;
const ROW = /^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm;
const NAMES_A_FILE = /`[^`]+\/[^`]+`/;

/** Invariants that a document does not list with the code that upholds them and the test that shows it. */
export function incompleteInvariants(text: string): readonly number[] {
  const complete = new Set(
    [...text.matchAll(ROW)]
      .filter(([, , , code = '', test = '']) => NAMES_A_FILE.test(code) && NAMES_A_FILE.test(test))
      .map(([, number]) => Number(number)),
  );
  return Array.from({ length: COUNT }, (_, index) => index + 1).filter((number) => !complete.has(number));
}
