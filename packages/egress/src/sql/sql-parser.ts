import { hasSqlDetails, loadModule, parseSync, scanSync, type Node } from 'libpg-query';
import { EgressError } from '../error.ts';

export type ParsedSql =
  | { readonly kind: 'statements'; readonly statements: readonly Node[] }
  /** PostgreSQL would not read it; `at` is how far it got, where it says so. */
  | { readonly kind: 'no-sql'; readonly at: number };

/** PostgreSQL's own parser, compiled to WebAssembly. */
export interface SqlParser {
  parse(sql: string): ParsedSql;
  isKeyword(word: string): boolean;
}

let loaded: Promise<SqlParser> | undefined;

/** Rejects with `sql-parser-unavailable`: without the parser nobody knows which words of a text are names. */
export function sqlParser(): Promise<SqlParser> {
  loaded ??= loadModule().then(
    () => new LoadedParser(),
    (error: unknown) => {
      loaded = undefined;
      throw unavailable(error);
    },
  );
  return loaded;
}

class LoadedParser implements SqlParser {
  readonly #keywords = new Map<string, boolean>();

  parse(sql: string): ParsedSql {
    // The parser ends at a null character, and what stands behind it would not be looked at.
    if (sql.trim() === '' || sql.includes('\0')) return { kind: 'no-sql', at: 0 };
    try {
      return { kind: 'statements', statements: parseSync(sql).stmts?.flatMap(({ stmt }) => stmt ?? []) ?? [] };
    } catch (error) {
      if (hasSqlDetails(error)) return { kind: 'no-sql', at: error.sqlDetails?.cursorPosition ?? 0 };
      // A text too deep for its stack is no SQL. After a trap the module is broken, and what it says means nothing.
      if (!(error instanceof RangeError) || !stillParses()) throw unavailable(error);
      return { kind: 'no-sql', at: 0 };
    }
  }

  isKeyword(word: string): boolean {
    const known = this.#keywords.get(word);
    if (known !== undefined) return known;
    const keyword = /^[a-z_]+$/.test(word) && scanSync(word).tokens[0]?.keywordKind !== 0;
    this.#keywords.set(word, keyword);
    return keyword;
  }
}

function stillParses(): boolean {
  try {
    return parseSync('select 1').stmts?.length === 1;
  } catch {
    return false;
  }
}

function unavailable(error: unknown): EgressError {
  return new EgressError('sql-parser-unavailable', `The SQL parser does not work: ${String(error)}`);
}
