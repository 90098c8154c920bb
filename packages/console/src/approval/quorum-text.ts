/** Who must decide, in words. */
export function quorumText({
  needed,
  people,
}: {
  readonly needed: number;
  readonly people: readonly string[];
}): string {
  if (needed >= people.length) return people.join(' and ');
  return `${needed} of ${people.join(', ')}`;
}
