const USE = /(?:^|`|\$ |npx )duovir ([a-z][a-z ]*[a-z])/gm;
const HEADING = /^## duovir ([a-z]+(?: [a-z]+)?)/gm;

/** Commands a document tells people to type that the reference does not list. */
export function unknownCommands(text: string, reference: string): readonly string[] {
  const known = [...reference.matchAll(HEADING)].map(([, command = '']) => command);
  const used = new Set([...text.matchAll(USE)].map(([, words = '']) => words.split(' ').slice(0, 2).join(' ')));
  return [...used].filter((words) => known.every((command) => words !== command && !words.startsWith(`${command} `)));
}
