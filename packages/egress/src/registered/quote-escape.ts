import { undoEscapes, type Undo } from './escape-reader.ts';

const QUOTE = 39;
/** How a shell, twice, then SQL and YAML are given a quotation mark within quotation marks. */
const written = [`'\\''`, `'"'"'`, "''"];

export const undoQuotes: Undo = (view, reach) =>
  undoEscapes(view, reach, QUOTE, (units, at) => {
    const found = written.find((each) =>
      Array.from(each).every((character, offset) => units[at + offset] === character.charCodeAt(0)),
    );
    return found === undefined ? undefined : { kind: 'character', codePoint: QUOTE, end: at + found.length };
  });
