import type { SensitivePart } from '../placeholder/tokenise.ts';
import { databaseErrorParts, type ErrorPart } from './database-error.ts';
import { isRowData } from './row-data.ts';
import {
  catalogName,
  isDistinctive,
  mergedNames,
  needsNoQuotes,
  type SchemaNameKind,
  type SchemaNames,
} from './schema-names.ts';
import { isOwnName } from './own-name.ts';
import { sqlParser, type SqlParser } from './sql-parser.ts';
import { sqlRegions, type SqlRegion } from './sql-region.ts';
import { sqlTokens, stringContent, type SqlToken } from './sql-token.ts';
import { isSystemName } from './system-names.ts';

const word = /^[\w$\x80-\uffff]+$/;
const qualifiedWord = /[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*(?:\.[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*){0,3}/g;
/** A function's body in a function's body. */
const DEEPEST_BODY = 3;

/** The names that a schema dump, or any other SQL, defines and uses. */
export async function learnSchema(ddl: string): Promise<SchemaNames> {
  const parser = await sqlParser();
  return mergedNames(...sqlRegions(ddl, parser).map(({ names }) => names));
}

/**
 * The names of somebody's database in a text: in SQL wherever it stands, in messages of databases, and, where they cannot
 * be anything else, in prose. Rows are data: what a message or a logged statement quotes from them is a secret.
 */
export async function findSql(text: string, known: SchemaNames = new Map()): Promise<SensitivePart[]> {
  return new SqlFinder(text, await sqlParser(), known, 0).find();
}

class SqlFinder {
  readonly #text: string;
  readonly #parser: SqlParser;
  readonly #depth: number;
  readonly #regions: readonly SqlRegion[];
  readonly #errors: readonly ErrorPart[];
  /** What is known, and what this text itself says. */
  readonly #names: SchemaNames;
  /** The names that are no words. */
  readonly #phrases: readonly (readonly [string, SchemaNameKind])[];
  readonly #found: SensitivePart[] = [];

  constructor(text: string, parser: SqlParser, known: SchemaNames, depth: number) {
    this.#text = text;
    this.#parser = parser;
    this.#depth = depth;
    this.#regions = depth < DEEPEST_BODY ? sqlRegions(text, parser) : [];
    this.#errors = databaseErrorParts(text).filter((part) => part.kind === 'secret' || this.#isOwn(part.text));
    const inErrors = this.#errors.flatMap(({ text: name, kind }) =>
      kind === 'schema' || kind === 'table' || kind === 'column' ? [[catalogName(name), kind] as const] : [],
    );
    this.#names = mergedNames(known, new Map(inErrors), ...this.#regions.map(({ names }) => names));
    this.#phrases = [...this.#names].filter(([name]) => !word.test(name) && isDistinctive(name));
  }

  find(): SensitivePart[] {
    for (const { start, end, kind } of this.#errors) this.#found.push({ start, end, kind });
    let from = 0;
    for (const { start, end } of this.#regions) {
      this.#prose(from, start);
      this.#statement(start, end);
      from = this.#afterRows(start, end);
    }
    this.#prose(from, this.#text.length);
    return this.#found.toSorted((left, right) => left.start - right.start);
  }

  #isOwn(identifier: string): boolean {
    const name = catalogName(identifier);
    return isOwnName(name) && !this.#parser.isKeyword(name);
  }

  #statement(start: number, end: number): void {
    const first = /^\w+/.exec(this.#text.slice(start, end))?.[0].toLowerCase() ?? '';
    for (const token of sqlTokens(this.#text, start, end)) {
      if (token.kind === 'string') this.#string(token, first);
      else if (token.kind === 'comment') this.#prose(token.start, token.end);
      else this.#identifier(token);
    }
  }

  #identifier(token: SqlToken): void {
    const { kind: form, start, end, text } = token;
    if (form === 'quoted') this.#quoted(token);
    if (form !== 'word') return;
    const kind = this.#names.get(text.toLowerCase()) ?? this.#names.get(text);
    if (kind && this.#isOwn(text)) this.#found.push({ start, end, kind });
  }

  /** Quotation marks that are needed are part of the name: its placeholder needs none. */
  #quoted({ start, end, text }: SqlToken): void {
    const name = catalogName(text);
    // In `U&"…"` the name is escaped, so it is taken for one unseen.
    const escaped = /^u/i.test(text);
    const kind = this.#names.get(name) ?? this.#names.get(name.toLowerCase()) ?? (escaped ? 'table' : undefined);
    if (!kind || isSystemName(name)) return;
    const within = !text.startsWith('"') || (needsNoQuotes(name) && !this.#parser.isKeyword(name));
    const mark = escaped || !within ? 0 : text.startsWith('\\') ? 2 : 1;
    this.#found.push({ start: start + mark, end: end - mark, kind });
  }

  #string(token: SqlToken, statement: string): void {
    const { start, text } = stringContent(token);
    const end = start + text.length;
    if (/^[\w$."]+$/.test(text) && text.split('.').some((part) => this.#names.has(catalogName(part))))
      // A name as `regclass`, `nextval` and dynamic SQL take it.
      for (const part of sqlTokens(this.#text, start, end)) this.#identifier(part);
    else if (/^(?:create|alter|do)$/.test(statement)) this.#body(start, end);
    else if (isRowData(statement, text)) this.#found.push({ start, end, kind: 'secret' });
    else this.#prose(start, end);
  }

  /** What may be the body of a routine: code of which not all is SQL. */
  #body(start: number, end: number): void {
    const text = this.#text.slice(start, end);
    const inner = new SqlFinder(text, this.#parser, this.#names, this.#depth + 1).find();
    this.#found.push(...inner.map((part) => ({ ...part, start: part.start + start, end: part.end + start })));
    if (/\b(?:begin|select)\b/i.test(text))
      for (const part of sqlTokens(this.#text, start, end)) this.#identifier(part);
  }

  /** Where a dump goes on after the rows that follow `COPY … FROM stdin`. */
  #afterRows(start: number, end: number): number {
    if (!/^copy\b[\s\S]*\bfrom\s+stdin\b/i.test(this.#text.slice(start, end))) return end;
    const rows = /\r?\n\\\.(?=\r?\n|$)/g;
    rows.lastIndex = end;
    const until = rows.exec(this.#text)?.index ?? this.#text.length;
    if (until > end + 1) this.#found.push({ start: end + 1, end: until, kind: 'secret' });
    return until;
  }

  /** Outside SQL a plain word may mean anything: only names that nobody would write otherwise count, or with their owner. */
  #prose(from: number, until: number): void {
    if (this.#names.size === 0) return;
    const text = this.#text.slice(from, until);
    for (const match of text.matchAll(qualifiedWord)) {
      const words = match[0].split('.');
      const qualified = words.length > 1 && words.every((each) => this.#kindOfWord(each));
      let start = from + match.index;
      for (const each of words) {
        const kind = this.#kindOfWord(each);
        const end = start + each.length;
        if (kind && (qualified || isDistinctive(each.toLowerCase()) || (this.#names.has(each) && isDistinctive(each))))
          this.#found.push({ start, end, kind });
        start = end + 1;
      }
    }
    for (const [name, kind] of this.#phrases)
      for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length))
        this.#found.push({ start: from + at, end: from + at + name.length, kind });
  }

  #kindOfWord(each: string): SchemaNameKind | undefined {
    const folded = each.toLowerCase();
    return isSystemName(folded) ? undefined : (this.#names.get(each) ?? this.#names.get(folded));
  }
}
