import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { actionCallSchema, probeSchema, type ActionCall, type ExecutionSubject } from '@duovir/protocol';
import { openRestorations, type OpenedValue } from './open-restorations.ts';
import { bind, issue, send } from './opened.fixture.ts';
import { restoreProbe, restoreSubject } from './restore-placeholders.ts';

const secret = issue('secret', 'hunter22');
const host = issue('host', 'db1.corp.internal');
const table = issue('table', '"Customer Orders"');
const plain = issue('column', 'customer_id');

const call = (action: string, input: object): ActionCall => actionCallSchema.parse({ action, with: input });
const write = (content: string): ActionCall => call('file.write@1', { path: '/workspace/x', content });
const command = (argv: string[], more: object = {}): ActionCall => call('command.run@1', { argv, ...more });

function restored(subject: ActionCall, ...values: OpenedValue[]): ActionCall {
  const rest = { verify: [], compensate: { kind: 'none', reason: 'nothing' } } as const;
  return restoreSubject({ ...rest, call: subject } as unknown as ExecutionSubject, values).call;
}
const content = (text: string, ...values: OpenedValue[]): string => {
  const { with: input } = restored(write(text), ...values);
  return 'content' in input ? input.content : '';
};

test('a commitment opens with one value only, and every placeholder with exactly one', () => {
  const bound = [bind(secret), bind(host)];
  expect(openRestorations(bound, [send(host), send(secret)])).toEqual([secret, host]);
  const code = (sent: Parameters<typeof openRestorations>[1]) => () => openRestorations(bound, sent);
  expect(code([send(secret)])).toThrow(expect.objectContaining({ code: 'restoration-missing' }));
  expect(code([send(secret), send(host), send(table)])).toThrow(expect.objectContaining({ code: 'restoration-extra' }));
  expect(code([send(secret), send(host), send(host)])).toThrow(
    expect.objectContaining({ code: 'restoration-duplicate' }),
  );
  expect(code([send(secret), { ...send(host), value: 'db2.corp.internal' }])).toThrow(
    expect.objectContaining({ code: 'restoration-forged' }),
  );
  expect(code([send(secret), { ...send(host), salt: 'cd'.repeat(32) }])).toThrow(
    expect.objectContaining({ code: 'restoration-forged' }),
  );
});

test('values go into their places and nowhere else', () => {
  const sql = `select ${plain.placeholder} from ${table.placeholder} where to_regclass('${table.placeholder}') is not null`;
  expect(
    restored(
      command(['psql', '-h', host.placeholder, '-c', sql], { stdin: `\\set p '${secret.placeholder}'` }),
      secret,
      host,
      table,
      plain,
    ),
  ).toMatchObject({
    with: {
      argv: [
        'psql',
        '-h',
        'db1.corp.internal',
        '-c',
        `select customer_id from "Customer Orders" where to_regclass('"Customer Orders"') is not null`,
      ],
      stdin: `\\set p 'hunter22'`,
    },
  });
  expect(content(`primary_conninfo = 'host=${host.placeholder} password=${secret.placeholder}'\n`, secret, host)).toBe(
    "primary_conninfo = 'host=db1.corp.internal password=hunter22'\n",
  );
});

test('a name of several words goes into quotes that are there already', () => {
  const name = issue('table', 'Customer Orders');
  expect(restored(command(['psql', '-c', `table "${name.placeholder}"`]), name)).toMatchObject({
    with: { argv: ['psql', '-c', 'table "Customer Orders"'] },
  });
});

test('an address is not put into a longer one', () => {
  const address = { ...issue('ip', '10.0.0.5'), placeholder: '192.0.2.10' };
  expect(content('listen 192.0.2.10;', address)).toBe('listen 10.0.0.5;');
  expect(() => content('listen 192.0.2.101;', address)).toThrow(
    expect.objectContaining({ code: 'placeholder-misplaced' }),
  );
});

test.each<[string, ActionCall]>([
  ['a secret as an argument', command(['redis-cli', '-a', secret.placeholder])],
  ['a secret in the environment', command(['psql'], { environment: { PGPASSWORD: secret.placeholder } })],
  ['shell text', call('shell.exec@1', { script: `ping ${host.placeholder}` })],
  ['a path', call('path.remove@1', { path: `/workspace/${host.placeholder}` })],
  ['a tag that nobody issued', write('pass ZQX_SECRET_1_FFFFFFFF')],
])('%s is no place for a value', (_, subject) => {
  expect(() => restored(subject, secret, host)).toThrow(expect.objectContaining({ code: 'placeholder-misplaced' }));
});

test('a probe is restored in what it asks and in what it expects', () => {
  const look = (output: string) =>
    probeSchema.parse({
      id: 'look',
      action: 'command.probe@1',
      with: { argv: ['psql', '-h', host.placeholder] },
      expect: { includes: output },
    });
  expect(restoreProbe(look(`on ${host.placeholder}`), [host])).toMatchObject({
    with: { argv: ['psql', '-h', 'db1.corp.internal'] },
    expect: { includes: 'on db1.corp.internal' },
  });
  expect(() => restoreProbe(look(secret.placeholder), [host, secret])).toThrow(
    expect.objectContaining({ code: 'placeholder-misplaced' }),
  );
});

test.each<[string, string, string]>([
  ['a bare word', 'requirepass @\n', 'two words'],
  ['a bare word', 'server { set $p @; }', 'a;listen 0.0.0.0:80'],
  ['a bare word', 'key: @\n', 'a: b'],
  ['single quotes', "password = '@'\n", "it's"],
  ['single quotes', "password = '@'\n", 'one\nline too many'],
  ['double quotes', 'password = "@"\n', 'say "no"'],
  ['double quotes', 'password = "@"\n', '$(reboot)'],
  ['double quotes', 'password = "@"\n', 'ends with \\'],
  ['a line beside others', 'bind 127.0.0.1\n@\n', 'bind 0.0.0.0'],
  ['what is no block', 'cat |\n  @\n', 'one\ntwo'],
  ['a block', 'key: |\n  @\nnext: 1\n', 'one\n  two'],
])('a value that would not stay in %s of %j is refused: %j', (_, template, value) => {
  const unfit = issue('secret', value);
  expect(() => content(template.replace('@', unfit.placeholder), unfit)).toThrow(
    expect.objectContaining({ code: 'value-unfit' }),
  );
});

test.each<['host' | 'email' | 'ip' | 'table', string]>([
  ['host', '-oProxyCommand=reboot'],
  ['host', 'a b'],
  ['host', 'a\nb'],
  ['host', 'a\0'],
  ['email', "a'--@x"],
  ['ip', '10.0.0.5; reboot'],
  ['table', 'a; drop table b'],
  ['table', 'two words'],
  ['table', 'a-b'],
  ['table', '"a" from b; drop table "c"'],
])('a %s that does not look like one goes into no argument: %j', (kind, value) => {
  const odd = issue(kind, value);
  expect(() => restored(command(['psql', odd.placeholder]), odd)).toThrow(
    expect.objectContaining({ code: 'value-unfit' }),
  );
});

test('a key goes into a file of its own and into a block, line by line', () => {
  const lines = ['-----BEGIN', ' KEY-----\nMIIB\nAAAA\n-----END', ' KEY-----'].join('');
  const key = issue('key', lines);
  expect(content(`${key.placeholder}\n`, key)).toBe(`${lines}\n`);
  expect(parseYaml(content(`tls:\n  key: |\n    ${key.placeholder}\nport: 1\n`, key))).toEqual({
    tls: { key: `${lines}\n` },
    port: 1,
  });
  expect(() => content(`key = ${key.placeholder}\n`, key)).toThrow(expect.objectContaining({ code: 'value-unfit' }));
});

const hostile = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30 }),
  fc
    .array(fc.constantFrom('"', "'", '\n', '$(', ')', '`', '\\', '#', ': ', '- ', '{', '}', '[', ',', ';', 'a', ' '), {
      minLength: 1,
      maxLength: 12,
    })
    .map((parts) => parts.join('')),
);
const ours = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'value-unfit';

test('whatever the value: arguments stay as many and as they were, but for its own', () => {
  fc.assert(
    fc.property(hostile, fc.constantFrom('host', 'email', 'ip', 'table', 'column'), (value, kind) => {
      const opened = issue(kind, value);
      const argv = ['psql', `--to=${opened.placeholder}`, 'between', opened.placeholder];
      try {
        const { with: input } = restored(command(argv), opened);
        expect(input).toMatchObject({ argv: ['psql', `--to=${value}`, 'between', value] });
        // A name of SQL may have anything in its quotes, which it cannot end.
        if (!/^"(?:[^"]|"")+"$/.test(value)) expect(value).not.toMatch(/^-|[\s'"`;$\\]/);
      } catch (error) {
        if (!ours(error)) throw error;
      }
    }),
    { numRuns: 5000 },
  );
});

test('whatever the value: in a JSON document it stays a text in its own place', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const opened = issue('secret', value);
      const document = (text: string) => ({
        user: 'app',
        password: text,
        list: [1, { deep: `${text}${text}` }],
        'a"b': null,
      });
      const written = JSON.stringify(document(opened.placeholder), null, 2);
      try {
        expect(JSON.parse(content(written, opened))).toEqual(document(value));
      } catch (error) {
        if (!ours(error)) throw error;
        // oxlint-disable-next-line no-control-regex -- these are the only ones that no text takes
        expect(value).toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/);
      }
    }),
    { numRuns: 5000 },
  );
});

test('whatever the value: in YAML nothing but its own place changes', () => {
  const templates = [
    'first: 1\npassword: @\nlast:\n  - a\n  - b: c\n',
    'first: 1\npassword: "@"\nlast:\n  - a\n  - b: c\n',
    "first: 1\npassword: '@'\nlast:\n  - a\n  - b: c\n",
    'first: 1\npassword: |\n  @\nlast:\n  - a\n  - b: c\n',
  ];
  const asOwn = { first: 1, last: ['a', { b: 'c' }] };
  let kept = 0;
  fc.assert(
    fc.property(hostile, fc.constantFrom(...templates), (value, template) => {
      const opened = issue('secret', value);
      try {
        const { password, ...rest } = parseYaml(content(template.replace('@', opened.placeholder), opened)) as Record<
          string,
          unknown
        >;
        expect(rest).toEqual(asOwn);
        expect(typeof password === 'object' && password !== null).toBe(false);
        kept += 1;
      } catch (error) {
        if (!ours(error)) throw error;
      }
    }),
    { numRuns: 5000 },
  );
  expect(kept).toBeGreaterThan(500);
});
