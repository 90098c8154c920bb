import { createHash } from 'node:crypto';
import { loadModule, parseSync } from 'libpg-query';
import { beforeAll, expect, test } from 'vitest';
import { PlaceholderVault } from '../placeholder/placeholder-vault.ts';
import { tokenise } from '../placeholder/tokenise.ts';
import { findSql } from './find-sql.ts';
import { readSql } from './read-sql.ts';
import type { SchemaNames } from './schema-names.ts';
import { statements } from './sql-corpus.fixture.ts';
import { sqlParser, type SqlParser } from './sql-parser.ts';
import { sqlTokens } from './sql-token.ts';
import { isSystemName } from './system-names.ts';

/** What is in the corpus and names nothing of the schema: aliases, parameters, roles, options and the catalog's columns. */
const unnamed = new Set(
  `a b c d e g i l n o p s t u x "c" c_id c_name p_force amount month_start size_class top_due best_invoice recent_window
  first_value_x second_value_x ord_no b_text n_value s_value customer_element item_name order_path is_cycle cycle_path one_value
  two_value salary_cursor find_by_mail app_owner app_role reporting_role support_role orders_server pgcrypto plpgsql btree gin gist
  jsonb_path_ops gin_trgm_ops fastupdate fillfactor autovacuum_enabled modulus remainder dependencies sfunc stype leftarg rightarg
  subtype subtype_diff schema_name table_name provider locale ddl_command_end buffers usage search_path relname nspname relnamespace
  relkind column_name data_type ordinal_position`
    .split(/\s+/)
    // The second is an alias there, and a column elsewhere.
    .concat('"full name"', 'customer_id'),
);

let parser: SqlParser;
beforeAll(async () => {
  await loadModule();
  parser = await sqlParser();
});

const newVault = (): PlaceholderVault => new PlaceholderVault(createHash('sha256').update('run').digest());

function tokenised(text: string, vault = newVault(), known: SchemaNames = new Map()): string {
  return tokenise(text, findSql(readSql(text, parser), known, parser), vault).text;
}

const learnSchema = (text: string): SchemaNames => readSql(text, parser).names;

/** What PostgreSQL understands, wherever it stands. */
function understood(sql: string): string {
  return JSON.stringify(parseSync(sql), (field, value: unknown) =>
    /^(?:location|stmt_location|stmt_len|list_start|list_end)$/.test(field) ? undefined : value,
  );
}

/** As a model would write it again: in upper case and with other white space. */
function rewritten(sql: string): string {
  return [...sqlTokens(sql)]
    .filter(({ kind }) => kind !== 'comment')
    .map(
      ({ kind, text, end }) =>
        (kind === 'word' ? text.toUpperCase() : text) + (/\s/.test(sql.slice(end, end + 1)) ? '\n  ' : ''),
    )
    .join('');
}

test('the corpus is large enough to mean something', () => {
  expect(statements.length).toBeGreaterThanOrEqual(200);
});

test.each(statements)('names go, SQL stays, and comes back: %s', (statement) => {
  const vault = newVault();
  const sql = `${statement};`;
  const text = tokenised(sql, vault);
  expect(vault.restore(text)).toBe(sql);
  expect(() => parseSync(text)).not.toThrow();
  // As when an answer becomes part of the next question.
  expect(tokenised(text, vault)).toBe(text);
  for (const name of learnSchema(text).keys()) expect(vault.issuedIn(name)).toEqual([]);
  const left = [...sqlTokens(text)].filter(
    ({ kind, text: word }) =>
      (kind === 'word' || kind === 'quoted') &&
      !parser.isKeyword(word.toLowerCase()) &&
      !isSystemName(word.toLowerCase()) &&
      vault.issuedIn(word).length === 0 &&
      !unnamed.has(word.toLowerCase()),
  );
  expect(left.map(({ text: word }) => word)).toEqual([]);
});

test.each(statements.filter((each) => !/U&|[eE]'|tag\$|xml/.test(each)))(
  'written again by somebody else it is understood the same: %s',
  (statement) => {
    const vault = newVault();
    expect(understood(vault.restore(rewritten(tokenised(statement, vault))))).toBe(understood(rewritten(statement)));
  },
);

const schema = `create schema billing; create table billing.invoice_lines (line_no int, sku text);
  create table customers (id int, full_name text, "Ship To" text);`;

test('names that are known are found in prose when they can be nothing else', () => {
  const known = learnSchema(schema);
  expect(Object.fromEntries(known)).toEqual({
    billing: 'schema',
    invoice_lines: 'table',
    line_no: 'column',
    sku: 'column',
    customers: 'table',
    id: 'column',
    full_name: 'column',
    'Ship To': 'column',
  });
  expect(
    tokenised(
      'Our customers say billing is slow: the INVOICE_LINES of billing.customers lack a Ship To id.',
      newVault(),
      known,
    ),
  ).toMatch(/^Our customers say billing is slow: the t_1_\w{8} of s_1_\w{8}\.t_2_\w{8} lack a c_1_\w{8} id\.$/);
});

test.each([
  ['ERROR:  relation "billing.invoice_lines" does not exist', /^ERROR: {2}relation "s_1_\w+\.t_1_\w+" does not exist$/],
  ['ERROR:  column "vat" of relation "customers" does not exist', /column "c_1_\w+" of relation "t_1_\w+" does/],
  ['ERROR:  column c.vat_no does not exist', /column t_1_\w+\.c_1_\w+ does not exist/],
  [
    'DETAIL:  Key (e_mail, zip)=(ana@firma.rs, 11000) already exists.',
    /Key \(c_\d_\w+, c_\d_\w+\)=\(ZQX_SECRET_1_\w+\) already/,
  ],
  ['DETAIL:  Failing row contains (1, Ana, null).', /^DETAIL: {2}Failing row contains \(ZQX_SECRET_1_\w+\)\.$/],
  ['ERROR:  permission denied for table customers', /permission denied for table t_1_\w+$/],
  ['ERROR:  insert violates foreign key constraint "lines_fk"', /foreign key constraint "t_1_\w+"$/],
  ['ERROR:  function close_day(date) does not exist', /function t_1_\w+\(date\) does not exist/],
  ["ERROR 1146 (42S02): Table 'shop.orders' doesn't exist", /Table 's_1_\w+\.t_1_\w+' doesn't exist/],
  ["Unknown column 'o.total' in 'field list'", /^Unknown column 't_1_\w+\.c_1_\w+' in 'field list'$/],
  [
    "Duplicate entry 'ana@firma.rs' for key 'users.mail_ix'",
    /^Duplicate entry 'ZQX_SECRET_1_\w+' for key 's_1_\w+\.t_1_\w+'$/,
  ],
  [
    'a foreign key constraint fails (`shop`.`items`, CONSTRAINT `items_fk`)',
    /\(`s_1_\w+`\.`t_\d_\w+`, CONSTRAINT `t_\d_\w+`\)$/,
  ],
  ['sqlite3.OperationalError: no such column: o.total', /no such column: t_1_\w+\.c_1_\w+$/],
])('a database names it in an error: %s', (message, expected) => {
  const vault = newVault();
  const text = tokenised(message, vault);
  expect(text).toMatch(expected);
  expect(vault.restore(text)).toBe(message);
});

test.each([
  'ERROR:  relation "pg_stat_statements" does not exist',
  'LOG:  checkpoint complete: wrote 44 buffers (0.3%); sync=0.001 s',
  'Please select the best of the plans and update the cluster nodes; delete from the list what you want to grant.',
  'Select a playbook from the list',
  "select count(*) from pg_stat_activity where state = 'active'",
  "select column_name from information_schema.columns where table_schema = 'x'",
])('nothing of anybody is found in: %s', (text) => {
  expect(tokenised(text)).toBe(text);
});

test.each([
  [
    'in a log',
    '2026-01-01 12:00:00 UTC [7] STATEMENT:  select ssn_code from person_files\n\twhere id = 7\n2026-01-01 12:00:01 UTC done',
  ],
  ['with what a driver puts in', 'Query: SELECT ssn_code FROM person_files WHERE id = ? AND x = :name AND y = %s'],
  ['in JSON', String.raw`{"sql":"SELECT \"ssn_code\" FROM \"person_files\" WHERE id = $1"}`],
  ['cut off', 'ERROR in statement: SELECT ssn_code, count(*) FROM person_files WHERE ssn_code IN (SELECT'],
  [
    'of MySQL',
    'CREATE TABLE `person_files` (\n  `ssn_code` int(11) unsigned NOT NULL AUTO_INCREMENT,\n  KEY (`ssn_code`)\n) ENGINE=InnoDB;',
  ],
  ['of SQL Server', 'INSERT INTO [dbo].[person_files] ([ssn_code]) VALUES (1);'],
  ['before other text', 'select ssn_code from person_files where id = 1 took 35 ms [ok]'],
  [
    'in a routine',
    'create function f() returns void language plpgsql as $$ begin if exists (select 1 from person_files) then perform ssn_code(1); end if; end $$;',
  ],
  ['in dynamic SQL', "do $$ begin execute 'drop table person_files'; perform ssn_code(2); end $$;"],
])('SQL is found %s', (_where, text) => {
  const vault = newVault();
  const shown = tokenised(text, vault);
  expect(shown).not.toMatch(/ssn_code|person_files/);
  expect(vault.restore(shown)).toBe(text);
});

test('what is quoted from rows is a secret, what is part of the schema stays', () => {
  expect(
    tokenised("select id from customers where full_name = 'Ana Anić' and state = 'active' and phone = '381641234567';"),
  ).toMatch(/= 'ZQX_SECRET_1_\w+' and c_\d_\w+ = 'active' and c_\d_\w+ = 'ZQX_SECRET_2_\w+';$/);
  expect(
    tokenised("create table customers (state text default 'Not yet known' check (state in ('Open Now')));"),
  ).toMatch(/default 'Not yet known' check \(c_1_\w+ in \('Open Now'\)\)\);$/);
  const dump = 'COPY customers (id, full_name) FROM stdin;\n1\tAna\n2\tMarko\n\\.\nselect 1;';
  expect(tokenised(dump)).toMatch(/FROM stdin;\nZQX_SECRET_1_\w+\n\\\.\nselect 1;$/);
});

test.each(['', "(1, 'Ana An"])(
  'the rows of a great statement are secrets to the last, also when it is cut off: %j',
  (end) => {
    const rows = Array.from({ length: 5000 }, (_, row) => `(${row}, 'Ana Anić ${row}')`).join(',\n');
    const text = tokenised(
      `INSERT INTO person_files (ssn_code, full_name) VALUES ${rows}${end === '' ? ';' : `,\n${end}`}`,
    );
    expect(text.length).toBeGreaterThan(100_000);
    expect(text).not.toMatch(/person_files|ssn_code|full_name|Anić/);
  },
);

test('a name has one placeholder wherever it stands', () => {
  const vault = newVault();
  const text =
    'create table "person_files" (x int);\nselect x from person_files;\nERROR:  relation "person_files" does not exist';
  const tables = tokenised(text, vault).match(/t_\d_\w+/g);
  expect(new Set(tables).size).toBe(1);
  expect(tables).toHaveLength(3);
});

test.each([
  'select ',
  'SELECT a from b ',
  'insert into ((((',
  "create table $a$ $b$ '",
  'create table "a',
  'update a\n\nset ',
  'Key (a)=(',
  '`a`.',
  '"',
])('a text made of %j is read in bounded time', (part) => {
  const start = performance.now();
  tokenised(part.repeat(32_768 / part.length));
  // Reading the rest of the text at each of its words would take minutes.
  expect(performance.now() - start).toBeLessThan(5000);
});
