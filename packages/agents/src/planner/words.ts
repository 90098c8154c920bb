/** Words that say nothing about what is wanted. */
const FILLERS = new Set(
  'a an and are as at be build by can create deploy for from give have i in install into is it its launch make me my need of on one or our please provision run set so start that the their then there these this to two three up us want we which with you your'.split(
    ' ',
  ),
);

/** Acts on infrastructure that a playbook must name itself: a goal that asks for one is not met by building something new. */
const ACTS = new Set(
  'backup delete destroy decommission disable downgrade drain drop dump erase export failover harden import kill migrate move patch promote purge rebuild remove rename repair restart restore resize rotate scale shrink stop terminate tune uninstall update upgrade vacuum wipe'.split(
    ' ',
  ),
);

export interface Word {
  /** As written, lower case. */
  readonly text: string;
  /** Its stem, under which the index knows it. */
  readonly stem: string;
  readonly start: number;
  readonly end: number;
}

const WORD = /[\p{L}\p{N}]+/gu;

export function wordsOf(text: string): Word[] {
  return [...text.normalize('NFKC').matchAll(WORD)].map((match) => {
    const word = match[0].toLowerCase();
    return { text: word, stem: stemOf(word), start: match.index, end: match.index + match[0].length };
  });
}

/** Enough of English to let "replicas" meet "replica" and "clustering" meet "cluster". */
function stemOf(word: string): string {
  if (/\d/.test(word) || word.length <= 4) return word;
  const singular = word.endsWith('ies')
    ? `${word.slice(0, -3)}y`
    : word.endsWith('s') && !/(?:ss|us|is)$/.test(word)
      ? word.slice(0, -1)
      : word;
  const root = singular.replace(/(?:ing|ed)$/, '');
  return root.length >= 4 ? root : singular;
}

/** Acts that English writes as two words. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\bback(?:ing)?[- ]up\b/gi, 'backup'],
  [/\b(?:shut|tear|take|bring|turn)(?:ing)?[- ](?:it )?(?:down|off)\b/gi, 'stop'],
  [/\bget(?:ting)? rid of\b/gi, 'remove'],
];

/** The stems that carry meaning. What stands between backquotes is a command, not part of the goal's words. */
export function termsOf(text: string): string[] {
  const plain = PHRASES.reduce((rest, [phrase, word]) => rest.replace(phrase, word), text.replace(/`[^`\n]*`/g, ' '));
  return wordsOf(plain)
    .filter(({ text: word }) => !FILLERS.has(word) && !/^\d+$/.test(word))
    .map(({ stem }) => stem);
}

const ACT_STEMS = new Set([...ACTS].map(stemOf));
export function isAct(stem: string): boolean {
  return ACT_STEMS.has(stem);
}
