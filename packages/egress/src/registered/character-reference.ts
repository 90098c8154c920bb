import { digitsAt, undoEscapes, type Escape, type Undo } from './escape-reader.ts';

const AMPERSAND = 38;
const SEMICOLON = 59;
const NUMBER_SIGN = 35;
const LONGEST_NAME = 8;

/** Of the named character references of HTML those of ASCII, and the no-break space. */
const named: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Tab: '\t',
    NewLine: '\n',
    excl: '!',
    quot: '"',
    QUOT: '"',
    num: '#',
    dollar: '$',
    percnt: '%',
    amp: '&',
    AMP: '&',
    apos: "'",
    lpar: '(',
    rpar: ')',
    ast: '*',
    midast: '*',
    plus: '+',
    comma: ',',
    period: '.',
    sol: '/',
    colon: ':',
    semi: ';',
    lt: '<',
    LT: '<',
    equals: '=',
    gt: '>',
    GT: '>',
    quest: '?',
    commat: '@',
    lsqb: '[',
    lbrack: '[',
    bsol: '\\',
    rsqb: ']',
    rbrack: ']',
    Hat: '^',
    lowbar: '_',
    grave: '`',
    lcub: '{',
    lbrace: '{',
    verbar: '|',
    vert: '|',
    rcub: '}',
    rbrace: '}',
    nbsp: ' ',
  }),
);

/** As HTML and XML write characters. */
export const undoReferences: Undo = (view, reach) => undoEscapes(view, reach, AMPERSAND, referenceAt);

function referenceAt(units: Uint16Array, at: number): Escape | undefined {
  if (units[at + 1] === NUMBER_SIGN) {
    const hex = ((units[at + 2] ?? 0) | 32) === 120;
    const digits = hex ? digitsAt(units, at + 3, 16, 6) : digitsAt(units, at + 2, 10, 7);
    if (!digits || units[digits.end] !== SEMICOLON || digits.value > 0x10_ff_ff) return undefined;
    return { kind: 'character', codePoint: digits.value, end: digits.end + 1 };
  }
  const length = units.subarray(at + 1, at + 2 + LONGEST_NAME).indexOf(SEMICOLON);
  if (length < 2) return undefined;
  const character = named.get(String.fromCharCode(...units.subarray(at + 1, at + 1 + length)));
  return character === undefined
    ? undefined
    : { kind: 'character', codePoint: character.charCodeAt(0), end: at + length + 2 };
}
