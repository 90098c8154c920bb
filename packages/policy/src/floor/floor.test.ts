import { expect, test } from 'vitest';
import fc from 'fast-check';
import { executionSubject, type ExecutionSubject } from '@duovir/protocol';
import { openSandbox, planOf, soundPlan, step } from '../fixtures/plan.ts';
import { isDenied } from '../finding/finding.ts';
import { policyFloor } from './floor.ts';

function subjectOf(call: unknown, verify: unknown[] = []): ExecutionSubject {
  const subject = executionSubject(planOf([openSandbox, step('it', call, { verify })]), 'it', 'apply');
  if (!subject) throw new Error('the step is missing');
  return subject;
}

const run = (argv: string[], environment: Record<string, string> = {}) =>
  subjectOf({ action: 'command.run@1', with: { argv, environment } });
const write = (content: string, path = '/workspace/x', mode = '0600') =>
  subjectOf({ action: 'file.write@1', with: { path, content, mode } });
const rulesOf = (subject: ExecutionSubject) => policyFloor(subject).map(({ rule }) => rule);

test('nothing of a sound plan is denied, forwards or backwards', () => {
  for (const { id } of soundPlan.steps)
    for (const purpose of ['apply', 'compensate'] as const) {
      const subject = executionSubject(soundPlan, id, purpose);
      if (subject) expect(policyFloor(subject)).toEqual([]);
    }
});

const pem = ['-----BEGIN', 'PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END', 'PRIVATE KEY-----'].join(' ');
test.each<[string, ExecutionSubject]>([
  ['floor.path-outside', write('x', '/etc/passwd')],
  ['floor.path-outside', write('x', '/workspacex/y')],
  ['floor.path-outside', write('x', '/workspace/./y')],
  ['floor.path-root', subjectOf({ action: 'path.remove@1', with: { path: '/workspace' } })],
  ['floor.file-mode', write('x', '/workspace/x', '0666')],
  ['floor.forbidden-program', run(['mount', '-t', 'proc', 'proc', '/workspace/p'])],
  ['floor.forbidden-program', run(['/usr/bin/env', 'A=b', '/usr/bin/nsenter', '-t', '1'])],
  ['floor.forbidden-program', run(['mkfs.ext4', '/workspace/x'])],
  ['floor.privilege-bits', run(['chmod', 'u+s', '/workspace/x'])],
  ['floor.privilege-bits', run(['install', '--mode=4755', 'a', 'b'])],
  ['floor.argument-characters', run(['echo', 'a\u0000b'])],
  ['floor.argument-characters', run(['echo', '\u202egnp.exe'])],
  ['floor.path-traversal', run(['cat', '/workspace/../etc/shadow'])],
  ['floor.path-traversal', run(['cp', '--target=../x', 'y'])],
  ['floor.host-interface', run(['curl', 'http://169.254.169.254/latest'])],
  ['floor.own-state', run(['cat', '/home/x/.duovir/officer/key.pem'])],
  ['floor.environment-name', run(['psql'], { LD_PRELOAD: '/workspace/x.so' })],
  ['floor.environment-name', run(['env', 'BASH_ENV=/workspace/x', 'psql'])],
  ['floor.environment-path', run(['psql'], { PATH: '/workspace/bin:/usr/bin' })],
  ['floor.environment-path', run(['psql'], { PATH: '/usr/bin:' })],
  ['floor.listen-loopback', write("listen_addresses = '*'\n")],
  ['floor.listen-loopback', write('bind 127.0.0.1 10.0.0.1\n')],
  ['floor.listen-loopback', write('http { server { listen 8080; } }')],
  ['floor.listen-loopback', write('server { listen [::]:8080 ssl; }')],
  ['floor.listen-loopback', write('server { listen\n0.0.0.0:8080\ndefault_server; }')],
  ['floor.listen-loopback', write('server { listen *:8080; }')],
  ['floor.listen-loopback', write('server { listen example.com:8080; }')],
  ['floor.listen-loopback', run(['redis-server', '--bind', '0.0.0.0'])],
  ['floor.listen-loopback', run(['postgres', '-c', 'listen_addresses=10.1.2.3'])],
  ['floor.listen-loopback', run(['postgres', '-h', '*'])],
  ['floor.secret-literal', write(pem)],
  ['floor.secret-literal', write("primary_conninfo = 'host=127.0.0.2 password=hunter22'")],
  ['floor.secret-literal', write('requirepass foobared\n')],
  ['floor.secret-literal', run(['psql', 'postgres://app:s3cr3t@127.0.0.1/db'])],
  ['floor.secret-literal', run(['psql'], { PGPASSWORD: 'hunter22' })],
  ['floor.secret-literal', run(['echo', '4111 1111 1111 1111'])],
  ['floor.secret-literal', run(['psql', '--password', 'hunter22'])],
  [
    'floor.probe-target',
    subjectOf({ action: 'command.run@1', with: { argv: ['true'] } }, [
      { id: 'out', action: 'http.probe@1', with: { url: 'http://example.com/' }, expect: {} },
    ]),
  ],
  [
    'floor.privileged-port',
    subjectOf({ action: 'service.start@1', with: { name: 'x', argv: ['nginx'], ready: { port: 80 } } }),
  ],
])('%s is denied', (rule, subject) => {
  expect(rulesOf(subject)).toContain(rule);
  expect(isDenied(policyFloor(subject))).toBe(true);
});

test.each([
  ['SQL with stars and casts', run(['psql', '-c', 'select *, count(*), x::int from t'])],
  ['loopback in each syntax', write("listen_addresses = '127.0.0.1,localhost'\nbind 127.0.0.2 -::1\n")],
  ['nginx on loopback', write('server { listen 127.0.0.5:8080; listen unix:/run/x.sock; }')],
  ['prose about listening', write('# servers listen to\n# whoever may listen;')],
  ['names of settings that contain the word', write('password_encryption = scram-sha-256\n')],
  ['references instead of values', write('password=${PASSWORD}\nsecret: {{ vault }}\n')],
  ['microseconds and identifiers', write('1767225600000000 20260101120000123456 0000000000000000')],
  ['relative names with dots', run(['ls', '..hidden', 'a..b'])],
])('%s passes', (_, subject) => {
  expect(policyFloor(subject)).toEqual([]);
});

test('a claim never shows the secret it found', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9]{12,24}$/), (value) => {
      expect(JSON.stringify(policyFloor(write(`password = "${value}"`)))).not.toContain(value);
    }),
  );
});

test('a quarter megabyte of hostile configuration is judged in well under a second', () => {
  for (const unit of [
    'listen ',
    'bind ',
    ' ',
    '\n',
    '\t\n',
    'a_',
    "listen_addresses='",
    'password=',
    '..',
    '\\copy ',
    'zqx_',
    'ZQX_SECRET_1_0A1B2C3D ',
    'h1-0a1b2c3d.zqx.invalid ',
    '192.0.2.',
    '2001:db8:',
    't_1_',
  ]) {
    const start = performance.now();
    policyFloor(write(unit.repeat(Math.floor(262_144 / unit.length))));
    // Twenty times what a linear search takes here: this guards against backtracking.
    expect(performance.now() - start).toBeLessThan(3000);
  }
});

test('any text gives findings of the documented shape, never an error', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 1, maxLength: 6 }), (argv) => {
      for (const finding of policyFloor(run(argv))) {
        expect(finding.id).toMatch(/^[a-z0-9-]{1,96}$/);
        expect(finding.claim.length).toBeLessThanOrEqual(800);
      }
    }),
  );
});
