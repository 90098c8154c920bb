import { timingSafeEqual } from 'node:crypto';
import { commitTo, type BoundPlaceholder, type PlaceholderKind, type Restoration } from '@duovir/protocol';
import { RunnerError } from '../error.ts';

/** A placeholder with the one value that the plan has committed to. Kept in memory only, never on disk. */
export interface OpenedValue {
  readonly placeholder: string;
  readonly kind: PlaceholderKind;
  readonly value: string;
}

/**
 * Opens exactly the placeholders that are bound, each with the value it was bound to (Invariant 4). Whoever sends the
 * values can leave none out, slip none in and exchange none.
 */
export function openRestorations(
  bound: readonly BoundPlaceholder[],
  restorations: readonly Restoration[],
): readonly OpenedValue[] {
  const sent = new Map(restorations.map((restoration) => [restoration.placeholder, restoration]));
  if (sent.size !== restorations.length)
    throw new RunnerError('restoration-duplicate', 'Two values were sent for one placeholder.');
  const names = new Set(bound.map(({ placeholder }) => placeholder));
  for (const { placeholder } of restorations)
    if (!names.has(placeholder))
      throw new RunnerError('restoration-extra', `A value was sent for ${placeholder}, which is not used here.`);
  return bound.map(({ placeholder, kind, commitment }) => {
    const restoration = sent.get(placeholder);
    if (!restoration) throw new RunnerError('restoration-missing', `No value was sent for ${placeholder}.`);
    if (!isSame(commitTo(restoration.salt, restoration.value), commitment))
      throw new RunnerError('restoration-forged', `The value sent for ${placeholder} is not the one it stands for.`);
    return { placeholder, kind, value: restoration.value };
  });
}

function isSame(left: string, right: string): boolean {
  const [bytes, others] = [Buffer.from(left), Buffer.from(right)];
  return bytes.length === others.length && timingSafeEqual(bytes, others);
}
