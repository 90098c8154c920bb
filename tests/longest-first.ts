import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** They start an installation, and wait for it most of the time. Begun last, each would run alone on an idle machine. */
const LONGEST: readonly string[] = [
  'tests/chaos/kill.test.ts',
  'packages/cli/src/supervisor/installation.test.ts',
  'tests/e2e/console.test.ts',
  'tests/e2e/nothing-secret.test.ts',
];

/** The longest files first, the others as they come. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- no array: the order it has without us
    const sorted = await super.sort(files);
    return sorted.toSorted((left, right) => rankOf(left) - rankOf(right));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((path) => moduleId.endsWith(`/${path}`));
  return place < 0 ? LONGEST.length : place;
}
