export interface LineChange {
  readonly kind: 'same' | 'added' | 'removed';
  readonly line: string;
}

/** Lines that two texts share, in order, and those that only one has: by their longest common subsequence. */
export function lineDifference(before: readonly string[], after: readonly string[]): LineChange[] {
  const shared = sharedLengths(before, after);
  const changes: LineChange[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    const [old, next] = [before[left], after[right]];
    if (old !== undefined && old === next) {
      changes.push({ kind: 'same', line: old });
      left += 1;
      right += 1;
    } else if (
      old !== undefined &&
      (next === undefined || at(shared, left + 1, right) >= at(shared, left, right + 1))
    ) {
      changes.push({ kind: 'removed', line: old });
      left += 1;
    } else {
      changes.push({ kind: 'added', line: next ?? '' });
      right += 1;
    }
  }
  return changes;
}

/** How many lines the rests of both have in common, from each place on. */
function sharedLengths(before: readonly string[], after: readonly string[]): number[][] {
  const shared = Array.from({ length: before.length + 1 }, () => Array.from({ length: after.length + 1 }, () => 0));
  for (let left = before.length - 1; left >= 0; left--) {
    const row = shared[left] ?? [];
    for (let right = after.length - 1; right >= 0; right--)
      row[right] =
        before[left] === after[right]
          ? at(shared, left + 1, right + 1) + 1
          : Math.max(at(shared, left + 1, right), at(shared, left, right + 1));
  }
  return shared;
}

function at(rows: readonly (readonly number[])[], row: number, column: number): number {
  return rows[row]?.[column] ?? 0;
}
