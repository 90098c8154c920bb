import { digitsAt, undoEscapes, type Escape, type Undo } from './escape-reader.ts';

const PERCENT = 37;
const LETTER_U = 117;
const PLUS = 43;
const SPACE = 32;

/** As URLs and forms write bytes; `%uXXXX` is what old JavaScript makes of other characters. */
export const undoPercents: Undo = (view, reach) => undoEscapes(view, reach, PERCENT, escapeAt);

function escapeAt(units: Uint16Array, at: number): Escape | undefined {
  if (units[at] !== PERCENT) return undefined;
  if (units[at + 1] === LETTER_U) {
    const digits = digitsAt(units, at + 2, 16, 4);
    return digits?.end === at + 6 ? { kind: 'character', codePoint: digits.value, end: digits.end } : undefined;
  }
  const digits = digitsAt(units, at + 1, 16, 2);
  return digits?.end === at + 3 ? { kind: 'byte', byte: digits.value, end: digits.end } : undefined;
}

/** Forms write spaces as `+`. Only where something else is escaped too: else it is a plus. */
export const undoForms: Undo = (view, reach) => {
  if (!view.units.includes(PLUS)) return undefined;
  const units = view.units.map((unit) => (unit === PLUS ? SPACE : unit));
  return undoPercents({ units, origins: view.origins }, reach);
};
