import { mergedNames, type SchemaNames } from './schema-names.ts';
import type { ParsedSql, SqlParser } from './sql-parser.ts';
import { EnclosingStrings, type StringEnd } from './enclosing-string.ts';
import { queriesOfRoutine } from './routine-body.ts';
import { inPostgresDialect, withSingleApostrophes } from './sql-dialect.ts';
import { statementEnd } from './sql-token.ts';
import { namesOfStatement } from './statement-names.ts';
import { namesOfUnparsed } from './unparsed-statement.ts';
import { yamlValueEnd } from './yaml-value.ts';

/** A part of a text that is one SQL statement, and the names in it. */
export interface SqlRegion {
  readonly start: number;
  readonly end: number;
  /** As it was read: without the doubled apostrophes of the string that holds it. */
  readonly sql: string;
  readonly names: SchemaNames;
}

/** A dump puts many rows into one statement. */
const LONGEST_STATEMENT = 1_048_576;
const LONGEST_UNPARSED = 2048;
const LONGEST_LOOK = 2048;
/** Characters read per character of text before what is left is only looked at as if it could not be parsed. */
const MOST_EFFORT = 8;
const SPARE_EFFORT = 300_000;

const beginning =
  /\b(?:create|alter|drop|insert\s+into|replace\s+into|update|delete\s+from|select|with|truncate|comment\s+on|grant|revoke|merge\s+into|copy|lock|vacuum|analyze|reindex|cluster|refresh\s+materialized|explain\b[^;\n]{0,80}?\b(?:select|insert|update|delete|with)|set\s+(?:local\s+|session\s+)?search_path|do|declare|prepare|call|table)\b/gi;
/** Words that begin statements and sentences alike: only what is announced as a statement counts. */
const doubtful = /^(?:declare|prepare|copy|drop|grant|revoke|do)\b/i;
/** Those that a single word after them makes a statement need a semicolon, too. */
const veryDoubtful = /^(?:truncate|lock|vacuum|analyze|reindex|cluster|call|table)\b/i;
const addsRows = /^(?:insert|replace)\b/i;
/** Where a logged statement surely ends: at an empty line, or where the next entry of a log begins. */
const nextEntry = /\n(?=[ \t]*(?:\r?\n|$)|\d{4}-\d\d-\d\d|[A-Z][A-Za-z_]*:\s|\[)/g;
/** Right before a statement: what tools put there. */
const announcement =
  /(?:^|[\n;"'`({>]|\b(?:statement|query|sql|execute[^:\n]{0,40}|command|function[^\n]{0,80}):|\])\s*$/i;

/** The statements in a text, in order. Nested or overlapping ones are part of the first. */
export function sqlRegions(text: string, parser: SqlParser): SqlRegion[] {
  const regions: SqlRegion[] = [];
  let effort = text.length * MOST_EFFORT + SPARE_EFFORT;
  const strings = new EnclosingStrings(text);
  let entryEnd = 0;
  let done = 0;
  for (const match of text.matchAll(beginning)) {
    const start = match.index;
    if (start < done) continue;
    if (entryEnd <= start) entryEnd = endOfEntry(text, start);
    const candidate = new Candidate(text, start, entryEnd, strings, parser);
    if (!candidate.isPossible()) continue;
    const region = (effort > 0 ? candidate.parsed() : undefined) ?? candidate.unparsed();
    effort -= candidate.effort;
    if (!region) continue;
    regions.push(region);
    done = region.end;
  }
  return regions;
}

function endOfEntry(text: string, start: number): number {
  nextEntry.lastIndex = start;
  return nextEntry.exec(text)?.index ?? text.length;
}

class Candidate {
  readonly #text: string;
  readonly #start: number;
  readonly #entryEnd: number;
  readonly #strings: EnclosingStrings;
  readonly #parser: SqlParser;
  effort = 0;

  constructor(text: string, start: number, entryEnd: number, strings: EnclosingStrings, parser: SqlParser) {
    this.#text = text;
    this.#start = start;
    this.#entryEnd = Math.min(entryEnd, start + LONGEST_STATEMENT);
    this.#strings = strings;
    this.#parser = parser;
  }

  /** What most sentences lack, at the cost of one look. */
  isPossible(): boolean {
    const sql = this.#text.slice(this.#start, this.#start + LONGEST_LOOK);
    if ((doubtful.test(sql) || veryDoubtful.test(sql)) && !this.#isUpperCase() && !this.#isAnnounced()) return false;
    const needed = /^select/i.test(sql)
      ? /\bfrom\b/i
      : /^update/i.test(sql)
        ? /\bset\b/i
        : /^with/i.test(sql)
          ? /\bas\b/i
          : /./;
    return needed.test(sql.slice(0, this.#entryEnd - this.#start));
  }

  /** As PostgreSQL reads it: to its semicolon, to the end of what holds it, or as far as it can be read. */
  parsed(): SqlRegion | undefined {
    const end = this.#endOfStatement(this.#entryEnd) ?? this.#entryEnd;
    const holder = this.#endOfHolder(end);
    if (!holder) return this.#parsedUntilOrBefore(end);
    if (holder.certain) return this.#parsedUntilOrBefore(holder.end);
    return this.#parsedUntil(holder.end) ?? this.#parsedUntilOrBefore(end);
  }

  /** Where the string of JSON or of a shell, or the value of YAML, ends that this is in. */
  #endOfHolder(limit: number): StringEnd | undefined {
    const value = yamlValueEnd(this.#text, this.#start, limit);
    const string = this.#strings.endAround(this.#start, value ?? limit);
    this.effort += (string?.end ?? value ?? limit) - this.#start;
    return string ?? (value === undefined ? undefined : { end: value, certain: true });
  }

  #parsedUntilOrBefore(end: number): SqlRegion | undefined {
    const region = this.#parsedUntil(end);
    if (region) return region;
    const read = this.#start + this.#read;
    // It got to the end, so there may be more after the empty line.
    const later =
      end === this.#entryEnd && read >= end - 1 ? this.#endOfStatement(this.#start + LONGEST_STATEMENT) : undefined;
    const longer = later === undefined ? undefined : this.#parsedUntil(later);
    if (longer) return longer;
    const shorter = this.#parsedUntil(read);
    return shorter && shorter.names.size > 0 ? shorter : undefined;
  }

  #endOfStatement(limit: number): number | undefined {
    const until = Math.min(limit, this.#text.length);
    const end = statementEnd(this.#text, this.#start, until);
    this.effort += (end ?? until) - this.#start;
    return end;
  }

  /** How much the parser could read at the last attempt. */
  #read = 0;

  #parsedUntil(end: number): SqlRegion | undefined {
    const raw = this.#text.slice(this.#start, end).trimEnd();
    const { sql, parsed } = this.#reading(raw);
    if (parsed.kind === 'no-sql') return undefined;
    const names = mergedNames(...parsed.statements.map(namesOfStatement), ...this.#namesOfBody(sql));
    const region = { start: this.#start, end: this.#start + sql.length, sql, names };
    return this.#isStatement(sql, names) ? region : undefined;
  }

  #reading(raw: string): { readonly sql: string; readonly parsed: ParsedSql } {
    this.effort += raw.length;
    const parsed = this.#parser.parse(raw);
    if (parsed.kind === 'statements') return { sql: raw, parsed };
    this.#read = Math.max(0, parsed.at - 1);
    const dialect = this.#parser.parse(inPostgresDialect(raw));
    if (dialect.kind === 'statements' || !raw.includes("''")) return { sql: raw, parsed: dialect };
    // In a string of YAML every apostrophe is doubled.
    const sql = withSingleApostrophes(raw);
    return { sql, parsed: this.#parser.parse(inPostgresDialect(sql)) };
  }

  #namesOfBody(sql: string): SchemaNames[] {
    return queriesOfRoutine(sql).flatMap((query) => {
      this.effort += query.length;
      const parsed = this.#parser.parse(query);
      return parsed.kind === 'statements' ? parsed.statements.map(namesOfStatement) : [];
    });
  }

  /** Many sentences can be read as SQL. */
  #isStatement(sql: string, names: SchemaNames): boolean {
    if ([...names.keys()].some((name) => articles.has(name)) && !(this.#isAnnounced() && /[=<>();*]/.test(sql)))
      return false;
    if (this.#isUpperCase()) return true;
    if (veryDoubtful.test(sql)) return this.#isAnnounced() && sql.endsWith(';');
    if (doubtful.test(sql)) return this.#isAnnounced();
    return this.#isAnnounced() || /[=<>*(),.;"'`_\d]/.test(sql);
  }

  #isAnnounced(): boolean {
    return announcement.test(this.#text.slice(Math.max(0, this.#start - 128), this.#start));
  }

  #isUpperCase(): boolean {
    return /^[A-Z]{2}/.test(this.#text.slice(this.#start, this.#start + 2));
  }

  /** Cut off, of another dialect, or with placeholders of a driver: what stands where names stand is taken for one. */
  unparsed(): SqlRegion | undefined {
    const longest = Math.min(this.#entryEnd, this.#start + LONGEST_UNPARSED);
    const end = this.#endOfHolder(longest)?.end ?? longest;
    const head = this.#text.slice(this.#start, end);
    if (!this.#isAnnounced() && !this.#isUpperCase()) return undefined;
    this.effort += head.length;
    const names = namesOfUnparsed(head);
    if (names.size === 0 || [...names.keys()].some((name) => articles.has(name))) return undefined;
    const sql = end === longest && addsRows.test(head) ? this.#withAllRows() : head;
    return { start: this.#start, end: this.#start + sql.length, sql, names };
  }

  /** What names the columns stands in front, but what is put into them goes on. */
  #withAllRows(): string {
    const limit = this.#endOfHolder(this.#entryEnd)?.end ?? this.#entryEnd;
    return this.#text.slice(this.#start, this.#endOfStatement(limit) ?? limit);
  }
}

/** No table is called like that; sentences are full of it. */
const articles: ReadonlySet<string> = new Set(
  'the a an this that these those your my our its their it them every each some more which what'.split(' '),
);
