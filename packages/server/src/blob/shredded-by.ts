/** What stands where words stood: who wants to know more reads the entry. */
export function shreddedBy(entry: number): string {
  return `shredded by entry ${entry}`;
}

/** In text that is no sentence of ours. */
export function shreddedText(entry: number): string {
  return `(${shreddedBy(entry)})`;
}
