import { sqlTokens, stringContent } from './sql-token.ts';

const routine = /^(?:create\s+(?:or\s+replace\s+)?(?:function|procedure)|do)\b/i;
const divider = /^(?:;|begin|then|else|loop|declare|exception)$/i;

/**
 * The queries and expressions in the bodies of a routine or a block, as well as they can be told apart. The parser's own
 * reader of PL/pgSQL is not used: it aborts on routines in standard SQL, and takes the whole module with it.
 */
export function queriesOfRoutine(statement: string): string[] {
  if (!routine.test(statement)) return [];
  return [...sqlTokens(statement)]
    .filter(({ kind, text }) => kind === 'string' && /\s/.test(text))
    .flatMap((body) => piecesOf(stringContent(body).text).map(asQuery));
}

function piecesOf(body: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const { kind, start, end, text } of sqlTokens(body)) {
    if ((kind !== 'word' && kind !== 'other') || !divider.test(text)) continue;
    pieces.push(body.slice(from, start).trim());
    from = end;
  }
  return [...pieces, body.slice(from).trim()].filter((piece) => piece !== '');
}

function asQuery(piece: string): string {
  const loop = /^for\s+[\w, ]+\s+in\s+(?:reverse\s+)?(?=\(?\s*(?:select|with)\b)/i.exec(piece)?.[0];
  if (loop !== undefined) return piece.slice(loop.length);
  const control = /^(?:perform|return\s+query|return|if|elsif|while|when|assert|[\w.]+\s*:?=)\s+/i.exec(piece)?.[0];
  if (control === undefined) return piece;
  const rest = piece.slice(control.length);
  return /^(?:select|with|execute)\b/i.test(rest) ? rest : `select ${rest}`;
}
