import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { findSql } from './find-sql.ts';
import { readSql } from './read-sql.ts';
import { sqlParser, type SqlParser } from './sql-parser.ts';

let parser: SqlParser;
beforeAll(async () => {
  parser = await sqlParser();
});

const learned = (text: string): string[] => [...readSql(text, parser).names.keys()].toSorted();
const hidden = (text: string): string[] =>
  findSql(readSql(text, parser), new Map(), parser).map(({ start, end }) => text.slice(start, end));

const statements = [
  'select ssn_code from person_files',
  "select ssn_code from person_files where ssn_code <> 'x' limit 3",
  'select ssn_code\n  from person_files\n order by ssn_code',
  'SELECT "ssn_code" FROM "person_files" WHERE "ssn_code" = 7',
  "insert into person_files (ssn_code) values ('abc')",
  "update person_files set ssn_code = 'a' where ssn_code = 'it''s'",
  'delete from person_files where ssn_code is null;',
  'create table person_files (ssn_code text not null);',
] as const;

/** What stands around a statement; the words there are nobody's names. */
const others = fc.record({
  before: fc.constantFrom('name', 'argv_of', 'kind', 'state', 'order_id'),
  after: fc.constantFrom('id', 'arguments', 'environment', 'data_class', 'where_to', 'limit_of'),
  value: fc.constantFrom<unknown>('a', 'prod', 7, true, null, '= b', ', c_d', 'and e_f = 1'),
});

const asYaml = (key: string, value: unknown): string => `${key}: ${JSON.stringify(value)}\n`;

/** A document that holds a statement in one of its strings. */
const carriers: Readonly<
  Record<string, (sql: string, other: { before: string; after: string; value: unknown }) => string>
> = {
  'JSON in a line': (sql, { before, after, value }) => JSON.stringify({ [before]: value, sql, [after]: value }),
  'JSON in lines': (sql, { before, after, value }) =>
    JSON.stringify({ [before]: [value, sql, value], [after]: value }, null, 2),
  'JSON in JSON': (sql, { after, value }) =>
    JSON.stringify({ body: JSON.stringify({ sql, [after]: value }), [after]: value }),
  'a command in JSON': (sql, { after, value }) =>
    JSON.stringify({ argv: ['sh', '-c', `psql -c "${sql.replaceAll('"', '\\"')}" && echo done`], [after]: value }),
  'a quoted string of YAML': (sql, { before, after, value }) =>
    asYaml(before, value) + `- sql: '${sql.replaceAll("'", "''").replaceAll('\n', ' ')}'\n  ` + asYaml(after, value),
  'a block of YAML': (sql, { after, value }) =>
    `- sql: |\n    ${sql.replaceAll('\n', '\n    ')}\n  ${asYaml(after, value)}- ${asYaml(after, value)}`,
  'a plain value of YAML': (sql, { after, value }) =>
    `  - ${sql.replaceAll('\n', ' ')}\n  - ${asYaml(after, value)}    ${asYaml('name', value)}`,
  'lines with their pointers': (sql, { before, after, value }) =>
    `[/${before}] ${String(value)}\n[/sql]\n| ${sql.replaceAll('\n', '\n| ')}\n[/${after}] ${String(value)}`,
};

describe.each(Object.entries(carriers))('of a statement in %s', (_carrier, carry) => {
  test('the names are learned, and those of the document are not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...statements), others, (sql, other) => {
        const text = carry(sql, other);
        expect({ text, names: learned(text) }).toEqual({ text, names: ['person_files', 'ssn_code'] });
        expect(hidden(text).filter((part) => !/^(?:person_files|ssn_code|abc|it'+s)$/.test(part))).toEqual([]);
        expect(hidden(text)).toEqual(expect.arrayContaining(['person_files', 'ssn_code']));
      }),
    );
  });
});

const template = fc.oneof(
  fc.constantFrom('${{ item.slot }}', '{{ x }}', '{{user_name}}', '${DB_NAME}', '${{ inputs.replicationSlot }}'),
  fc.stringMatching(/^[a-z][A-Za-z0-9_.]{0,40}$/).map((name) => `\${{ ${name} }}`),
);

test('template expressions are no data, wherever in a statement they stand', () => {
  fc.assert(
    fc.property(template, template, (first, second) => {
      const text = `select ssn_code from person_files where slot_no = '${first}' and zip = '${first}-${second}' limit ${second}`;
      expect(hidden(text).toSorted()).toEqual(['person_files', 'slot_no', 'ssn_code', 'zip']);
      expect(hidden(`select ssn_code from ${first} where ssn_code = ${second}`)).toEqual(['ssn_code', 'ssn_code']);
    }),
  );
});

test.each(['$1', ':name', '$DB_USER', '${DB_USER}', '{{ x }}'])(
  'a literal that is only %s is a parameter',
  (parameter) => {
    expect(hidden(`select ssn_code from person_files where ssn_code = '${parameter}'`)).toHaveLength(3);
    expect(hidden(`select ssn_code from person_files where ssn_code = 'Ana Anić'`)).toContain('Ana Anić');
  },
);

test.each([
  "select name, setting from pg_settings where name in ('wal_level', 'max_connections', 'hot_standby')",
  "select count(*) from pg_stat_replication where application_name = 'standby-1' and state = 'streaming'",
  "select pg_create_physical_replication_slot('standby_1')",
  'alter system set wal_level = replica; select pg_reload_conf()',
  "select rolname from pg_roles where rolname = 'postgres'",
  "select current_setting('server_version_num'), now(), jsonb_build_object(1, 2)",
  'grant pg_monitor to postgres',
])('what every server has is nothing of anybody: %s', (sql) => {
  expect([learned(sql), hidden(sql)]).toEqual([[], []]);
});

test('names of servers beside the names of somebody stay, too', () => {
  expect(
    hidden(
      'select usename, application_name, work_mem, ssn_code from person_files, pg_stat_activity, postgres',
    ).toSorted(),
  ).toEqual(['person_files', 'ssn_code']);
});

test('a table of somebody may be called as something of the server', () => {
  expect(hidden('select ssn_code from role where port = 1')).toEqual(['ssn_code']);
});

test('a text with quotation marks in it is read in linear time', () => {
  const start = performance.now();
  for (const part of [
    '"select a_b from c_d ',
    "'select a_b from c_d ",
    '\\"select x\\\\"',
    '- select a_b from c_d\n',
    ' k: select\n',
  ])
    readSql(part.repeat(65_536 / part.length), parser);
  // Looking for the end of the string from each word on would take minutes.
  expect(performance.now() - start).toBeLessThan(20_000);
});
