import { gunzipSync } from 'node:zlib';

const DEPTH = 3;
const MOST_READINGS = 64;
const LONGEST = 200_000;

/**
 * Every way in which a text can be read: as it stands, and as what it hides. A model of the worst kind understands all of
 * them, so whoever hides an order in an encoding gets it obeyed too.
 */
export function readingsOf(text: string): string[] {
  const found = new Set<string>([text.slice(0, LONGEST)]);
  let layer = [...found];
  for (let depth = 0; depth < DEPTH && layer.length > 0; depth += 1) {
    layer = layer.flatMap((each) => readers.flatMap((read) => read(each))).filter((each) => isNew(found, each));
    for (const each of layer) if (found.size < MOST_READINGS) found.add(each);
  }
  return [...found];
}

function isNew(found: ReadonlySet<string>, text: string): boolean {
  return text.length >= 8 && !found.has(text);
}

type Reader = (text: string) => string[];

const readers: readonly Reader[] = [
  inBase64,
  inHex,
  inPercent,
  inEntities,
  inEscapes,
  inTagCharacters,
  inInvisibleBits,
  asShown,
  folded,
  spaced,
  (text) => (isEnglish(text) ? [] : [Array.from(text).toReversed().join('')]),
  (text) => (isEnglish(text) ? [] : [rotated(text)]),
];

function inBase64(text: string): string[] {
  return [...text.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)].flatMap(([word]) => {
    const bytes = Buffer.from(word, 'base64');
    return readable(bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(bytes) : bytes);
  });
}

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: LONGEST });
  } catch {
    // What only looks packed says nothing.
    return Buffer.alloc(0);
  }
}

function inHex(text: string): string[] {
  return [...text.matchAll(/(?:[0-9a-f]{2}[ :]?){10,}|(?:\\x[0-9a-f]{2}){6,}/gi)].flatMap(([word]) =>
    readable(Buffer.from(word.replaceAll(/\\x|[ :]/g, ''), 'hex')),
  );
}

function readable(bytes: Buffer): string[] {
  const text = bytes.toString('utf8');
  return text.length > 5 && /^[\t\n\r\u0020-\u{10ffff}]+$/u.test(text) && !text.includes('\ufffd') ? [text] : [];
}

function inPercent(text: string): string[] {
  if (!/%[0-9a-f]{2}/i.test(text)) return [];
  return [
    text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (word) => Buffer.from(word.replaceAll('%', ''), 'hex').toString('utf8')),
  ];
}

function inEntities(text: string): string[] {
  if (!/&(?:#\d+|#x[0-9a-f]+|lt|gt|amp|quot);/i.test(text)) return [];
  const names: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
  return [
    text
      .replaceAll(/&#x([0-9a-f]{1,5});/gi, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 16)))
      .replaceAll(/&#(\d{1,6});/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
      .replaceAll(/&(lt|gt|amp|quot);/g, (_, name: string) => names[name] ?? ''),
  ];
}

function inEscapes(text: string): string[] {
  if (!/\\(?:u[0-9a-f]{4}|n|")/i.test(text)) return [];
  return [
    text
      .replaceAll(/\\u([0-9a-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
      .replaceAll('\\n', '\n')
      .replaceAll('\\"', '"')
      .replaceAll('\\\\', '\\'),
  ];
}

/** Copies of ASCII in the tags block and in variation selectors, which no font shows. */
function inTagCharacters(text: string): string[] {
  const tags = [...text.matchAll(/[\u{e0020}-\u{e007e}]/gu)].map(([tag]) =>
    String.fromCodePoint((tag.codePointAt(0) ?? 0) - 0xe0000),
  );
  const selectors = [...text.matchAll(/[\u{e0100}-\u{e01ef}]/gu)].map(([selector]) =>
    String.fromCodePoint((selector.codePointAt(0) ?? 0) - 0xe0100 + 16),
  );
  return [tags.join(''), selectors.join('')].filter(Boolean);
}

/** Zero-width characters as bits, eight a letter. */
function inInvisibleBits(text: string): string[] {
  const bits = [...text.matchAll(/[\u200b\u200c]/g)].map(([bit]) => (bit === '\u200c' ? '1' : '0')).join('');
  const letters = bits.match(/[01]{8}/g) ?? [];
  return letters.length > 5 ? [letters.map((each) => String.fromCharCode(Number.parseInt(each, 2))).join('')] : [];
}

/** Without what is not seen; the word order of a screen is left alone. */
function asShown(text: string): string[] {
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  const escapes = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g;
  const inside = [...text.matchAll(escapes)].map(([sequence]) => sequence).join('\n');
  const plain = text
    .replaceAll(escapes, '')
    // oxlint-disable-next-line no-control-regex -- the control characters are the point
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '');
  return plain === text ? [] : [plain, inside];
}

const LOOKALIKES: Readonly<Record<string, string>> = {
  а: 'a',
  в: 'b',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  х: 'x',
  у: 'y',
  і: 'i',
  ѕ: 's',
  ј: 'j',
  к: 'k',
  м: 'm',
  т: 't',
  ο: 'o',
  ν: 'v',
};

/** Full-width, mathematical and Cyrillic or Greek letters as the Latin ones they look like. */
function folded(text: string): string[] {
  const plain = text
    .normalize('NFKC')
    .replaceAll(/[а-яіѕјο-ω]/gi, (letter) => LOOKALIKES[letter.toLowerCase()] ?? letter)
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '');
  return plain === text ? [] : [plain];
}

function spaced(text: string): string[] {
  return [...text.matchAll(/(?:\S ){10,}\S?/g)].map(([run]) => run.replaceAll(/(\S) /g, '$1').replaceAll('_', ' '));
}

function isEnglish(text: string): boolean {
  return (text.match(/\b(?:the|and|of|to|in|as|all|run|that|this|with|for|is)\b/gi) ?? []).length > 1;
}

function rotated(text: string): string {
  return text.replaceAll(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}
