import type { SensitivePart } from '../placeholder/tokenise.ts';
import { isOwn, readSql, type ReadSql } from './read-sql.ts';
import { isRowData } from './quoted-row.ts';
import {
  catalogName,
  isDistinctive,
  mergedNames,
  needsNoQuotes,
  type SchemaNameKind,
  type SchemaNames,
} from './schema-names.ts';
import type { SqlParser } from './sql-parser.ts';
import type { SqlRegion } from './sql-region.ts';
import { sqlTokens, stringContent, type SqlToken } from './sql-token.ts';
import { isSystemName } from './system-names.ts';

const word = /^[\w$\x80-\uffff]+$/;
const qualifiedWord = /[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*(?:\.[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*){0,3}/g;

/** A name of somebody's database, or something of a row. */
export interface SqlPart extends SensitivePart {
  readonly kind: SchemaNameKind | 'secret';
}

/**
 * The names of somebody's database in a text: in SQL wherever it stands, in messages of databases, and, where they cannot
 * be anything else, in prose. Rows are data: what a message or a logged statement quotes from them is a secret.
 */
export function findSql(read: ReadSql, known: SchemaNames, parser: SqlParser): SqlPart[] {
  return new SqlFinder(read, known, parser).find();
}

class SqlFinder {
  readonly #read: ReadSql;
  readonly #parser: SqlParser;
  /** What is known, and what this text itself says. */
  readonly #names: SchemaNames;
  /** The names that are no words. */
  readonly #phrases: readonly (readonly [string, SchemaNameKind])[];
  readonly #found: SqlPart[] = [];

  constructor(read: ReadSql, known: SchemaNames, parser: SqlParser) {
    this.#read = read;
    this.#parser = parser;
    const inErrors = read.errors.flatMap(({ text: name, kind }) =>
      kind === 'secret' ? [] : [[catalogName(name), kind] as const],
    );
    this.#names = mergedNames(known, new Map(inErrors), read.names);
    this.#phrases = [...this.#names].filter(([name]) => !word.test(name) && isDistinctive(name));
  }

  find(): SqlPart[] {
    const { text, regions, errors } = this.#read;
    for (const { start, end, kind } of errors) this.#found.push({ start, end, kind });
    let from = 0;
    for (const region of regions) {
      this.#prose(from, region.start);
      this.#statement(region);
      from = this.#afterRows(region);
    }
    this.#prose(from, text.length);
    return this.#found.toSorted((left, right) => left.start - right.start);
  }

  #statement(region: SqlRegion): void {
    for (const { start, end, ...token } of sqlTokens(region.sql)) {
      const placed = { ...token, start: region.start + start, end: region.start + end };
      if (token.kind === 'string') this.#string(placed, region);
      else if (token.kind === 'comment') this.#prose(placed.start, placed.end);
      else if (token.text === "'") {
        this.#cutOff(placed.end, region);
        return;
      } else this.#identifier(placed);
    }
  }

  /** A literal that is not closed, as in a text that was cut, is read to the end. */
  #cutOff(start: number, region: SqlRegion): void {
    const literal = this.#read.text.slice(start, region.end).trimEnd();
    if (literal !== '' && isRowData(region, literal)) {
      this.#found.push({ start, end: start + literal.length, kind: 'secret' });
    } else this.#prose(start, region.end);
  }

  #identifier(token: SqlToken): void {
    const { kind: form, start, end, text } = token;
    if (form === 'quoted') this.#quoted(token);
    if (form !== 'word') return;
    const kind = this.#names.get(text.toLowerCase()) ?? this.#names.get(text);
    if (kind && isOwn(text, this.#parser)) this.#found.push({ start, end, kind });
  }

  /** Quotation marks that are needed are part of the name: its placeholder needs none. */
  #quoted({ start, end, text }: SqlToken): void {
    const name = catalogName(text);
    // In `U&"…"` the name is escaped, so it is taken for one unseen.
    const escaped = /^u/i.test(text);
    const kind = this.#names.get(name) ?? this.#names.get(name.toLowerCase()) ?? (escaped ? 'table' : undefined);
    if (!kind || isSystemName(name)) return;
    const within = !text.startsWith('"') || (needsNoQuotes(name) && !this.#parser.isKeyword(name));
    const mark = escaped || !within ? 0 : (/^\\*["`]/.exec(text)?.[0].length ?? 0);
    this.#found.push({ start: start + mark, end: end - mark, kind });
  }

  #string(token: SqlToken, region: SqlRegion): void {
    const { start, text } = stringContent(token);
    const end = start + text.length;
    if (/^[\w$."]+$/.test(text) && text.split('.').some((part) => this.#names.has(catalogName(part))))
      // A name as `regclass`, `nextval` and dynamic SQL take it.
      for (const part of sqlTokens(this.#read.sql, start, end)) this.#identifier(part);
    else if (/^(?:create|alter|do)\b/i.test(region.sql)) this.#body(start, end);
    else if (isRowData(region, text)) this.#found.push({ start, end, kind: 'secret' });
    else this.#prose(start, end);
  }

  /** What may be the body of a routine: code of which not all is SQL. */
  #body(start: number, end: number): void {
    const text = this.#read.sql.slice(start, end);
    const inner = findSql(readSql(text, this.#parser, this.#read.depth + 1), this.#names, this.#parser);
    this.#found.push(...inner.map((part) => ({ ...part, start: part.start + start, end: part.end + start })));
    if (/\b(?:begin|select)\b/i.test(text))
      for (const part of sqlTokens(this.#read.sql, start, end)) this.#identifier(part);
  }

  /** Where a dump goes on after the rows that follow `COPY … FROM stdin`. */
  #afterRows({ sql, end }: SqlRegion): number {
    if (!/^copy\b[\s\S]*\bfrom\s+stdin\b/i.test(sql)) return end;
    const { text } = this.#read;
    const rows = /\r?\n\\\.(?=\r?\n|$)/g;
    rows.lastIndex = end;
    const until = rows.exec(text)?.index ?? text.length;
    if (until > end + 1) this.#found.push({ start: end + 1, end: until, kind: 'secret' });
    return until;
  }

  /** Outside SQL a plain word may mean anything: only names that nobody would write otherwise count, or with their owner. */
  #prose(from: number, until: number): void {
    if (this.#names.size === 0) return;
    const text = this.#read.text.slice(from, until);
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
