/** Rows `| package | … | imports |` that a document must print and does not. */
export function missingLayerRows(text: string, layers: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const printed = new Map(
    text
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
      .filter((cells) => cells.length === 5)
      .map(([, name = '', , imports = '']) => [name, imports]),
  );
  return Object.entries(layers)
    .map(([name, imports]) => ({ name, imports: imports.length === 0 ? '–' : imports.join(', ') }))
    .filter(({ name, imports }) => printed.get(name) !== imports)
    .map(({ name, imports }) => `\`${name}\` … ${imports}`);
}
