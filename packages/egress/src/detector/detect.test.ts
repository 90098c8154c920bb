import { describe, expect, it } from 'vitest';
import { chance } from './chance.fixture.ts';
import { PlaceholderVault } from '../placeholder/placeholder-vault.ts';
import { tokenise } from '../placeholder/tokenise.ts';
import { detect } from './detect.ts';
import type { SensitiveSpan } from './finding.ts';
import { providerKeysIn } from './provider-key.ts';

const found = (text: string) => detect(text).map(({ start, end }) => text.slice(start, end));

/** `@` is where the value goes. */
const PLACES = [
  'POSTGRES_PASSWORD=@',
  'export API_TOKEN=@ # for the build',
  'ENV KEYSTORE_PASSWORD=@',
  '  password: @',
  '  - encryption_password: @',
  'spring.datasource.password=@',
  '"client_secret": "@",',
  '{\\"access_token\\":\\"@\\"}',
  "'password' => '@',",
  "define('DB_PASSWORD', '@');",
  'const apiKey: string = "@";',
  'var SecretKey = []byte("@")',
  'AccessToken: aws.String("@"),',
  'password := "@"',
  "config['secret_key'] = '@'",
  'if (password == "@") {',
  'new StringCredentialValue("@")',
  'postgres://app:@@db.example.com:5432/shop',
  'curl -u admin:@ https://example.com/',
  'curl -H "Authorization: Bearer @" https://example.com/',
  'mysql -uroot -p@ shop',
  'deploy --auth-token @ --force',
  'deploy --password=@',
  "CREATE USER app WITH PASSWORD '@';",
  "ALTER USER app IDENTIFIED BY '@'",
  'machine example.com login app password @',
  'db.example.com:5432:shop:app:@',
  '<Password>@</Password>',
  '<connection user="app" password="@" />',
  '- name: DB_PASSWORD\n  value: "@"',
  '{"name": "API_TOKEN", "value": "@"}',
  'ConvertTo-SecureString "@" -AsPlainText',
  'https://example.com/hook?token=@&x=1',
  'DB="Server=example.com;User Id=sa;Password=@;Encrypt=true"',
  'docker login -u app -p @ registry.example.com',
  'sshpass -p @ ssh app@example.com',
  'redis-cli -a @ ping',
  'echo @ | docker login -u app --password-stdin',
  'echo "root:@" | chpasswd',
  'enable secret 5 @',
  'username admin password 7 @',
  'snmp-server community @ RO',
  'requirepass @',
  'app:@@tcp(db.example.com:3306)/shop',
  "requests.get(url, auth=('app', '@'))",
  'jwt.verify(token, "@")',
  "createHmac('sha256', '@')",
  '<entry key="db.password">@</entry>',
  '<key>api_key</key><string>@</string>',
  '&quot;password&quot;:&quot;@&quot;',
  '| password | @ |',
  'The password is @',
];

/** In a URL the second `@` ends the password. */
const filled = (place: string, value: string): string =>
  place.includes('@@') ? place.replace('@', value) : place.replaceAll('@', value);

describe('a value drawn by chance', () => {
  it.each(PLACES)('is found whole in %s, and raises an alert', (place) => {
    for (let seed = 0; seed < 20; seed += 1) {
      const value = chance(seed).key(20);
      const at = filled(place, value);
      const findings = detect(at);
      expect(found(at)).toContain(value);
      expect(findings.find(({ start, end }) => at.slice(start, end) === value)?.tier).toBe('block');
    }
  });

  it('is found of letters alone, where words are not', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const value = chance(seed).word(16);
      expect(detect(`password = "${value}"`)).toMatchObject([{ tier: 'block' }]);
    }
    expect(detect('password = "Enter the new one here"')).toEqual([]);
    expect(detect('password = "summer-holiday"')).toMatchObject([{ tier: 'redact' }]);
  });

  it('is found without a name beside it when it mixes letters and digits', () => {
    const value = `${chance(1).key(20)}A9b${chance(2).key(20)}`;
    expect(found(`the answer was ${value} again`)).toEqual([value]);
  });

  it('is the whole of a file of its kind', () => {
    const value = chance(3).hex(32);
    expect(found(`${value}\n`)).toEqual([value]);
    expect(detect(chance(3).hex(40))).toEqual([]);
    expect(detect('rosebud', { fileName: 'app.password' })).toMatchObject([{ rule: 'secret-file' }]);
  });
});

describe('a key of a provider', () => {
  const { key, hex } = chance(11);
  it.each([
    ['github-pat', `ghp_${key(36)}`],
    ['gitlab-pat', `glpat-${key(20)}`],
    ['slack-bot-token', `xoxb-${'1234567890'}-${'1234567890'}-${key(24)}`],
    ['stripe-access-token', `sk_live_${key(24)}`],
    ['npm-access-token', `npm_${hex(36)}`],
    ['digitalocean-pat', `dop_v1_${hex(64)}`],
    ['databricks-api-token', `dapi${hex(32)}`],
    ['vault-service-token', `hvs.${key(92)}`],
  ])('of the rule %s is found in the middle of anything', (rule, value) => {
    const text = `${'words '.repeat(2_000)}x=${value} ${'and more '.repeat(2_000)}`;
    expect(detect(text)).toMatchObject([{ tier: 'block', start: 12_002, end: 12_002 + value.length }]);
    expect(providerKeysIn(text).map((span) => span.rule)).toContain(rule);
  });

  it('is found each time it stands there', () => {
    const value = `ghp_${key(36)}`;
    expect(detect(`${value}\n`.repeat(500))).toHaveLength(500);
  });
});

describe('placeholders', () => {
  const vault = new PlaceholderVault(new Uint8Array(32).fill(1));
  const hidden = (text: string) => tokenise(text, detect(text).map(partOf), vault).text;
  const partOf = ({ start, end, kind }: SensitiveSpan) => ({
    start,
    end,
    kind: kind === 'sql' ? ('secret' as const) : kind,
  });

  it.each([...PLACES, 'kind: Secret\ndata:\n  a: @\n  b: @\n', '{"kind":"Secret","data":{"a":"@"}}'])(
    'in place of what was found in %s are nothing to be found again',
    (place) => {
      for (let seed = 0; seed < 5; seed += 1) {
        const text = hidden(filled(place, chance(seed).key(20)));
        expect(text).toContain('ZQX_SECRET_');
        expect(detect(text).filter(({ tier }) => tier === 'block')).toEqual([]);
      }
    },
  );
});

describe('nothing is found in', () => {
  it.each([
    'password: ${DB_PASSWORD}',
    'password: {{ .Values.password }}',
    'PASSWORD=$(cat /run/secrets/password)',
    'password=<your password>',
    'password: changeme is what we wrote',
    'api_key = os.environ["API_KEY"]',
    'const token = getToken(session);',
    'password = user.password;',
    'passwordLength: 32',
    'token_count: 1048576, used_tokens: 200000',
    'tokens: 1048576',
    'private_key_path: /etc/ssl/app.key',
    '"token": null,',
    'secretName: app-tls',
    'token_secret: TOKEN_SECRET',
    'password=xxxxxxxxxxxx',
    'fun setPassword(password: String): Unit',
    'FATAL:  password authentication failed for user "app"',
    'Enter new password: ',
    'kind: SecretList',
    'id: 6f1d2c3b-0a9e-4f5d-8c7b-1234567890ab',
    'image: redis@sha256:' + chance(4).hex(64),
    `commit ${chance(5).hex(40)}`,
    `traceparent: 00-${chance(6).hex(32)}-${chance(7).hex(16)}-01`,
    `"integrity": "sha512-${chance(8).key(86)}=="`,
    'postgres://app@db.example.com/shop',
    'postgres://user:${PASSWORD}@db.example.com/shop',
    'password: ZQX_SECRET_1_0A1B2C3D',
    'postgres://app:ZQX_SECRET_12_0A1B2C3D@h1-0a1b2c3d.zqx.invalid/shop',
    'Password ZQX_SECRET_1_0A1B2C3D of the administrator',
    '127.0.0.1:5432 and 192.0.2.7 and ::1 and 0.0.0.0',
    'mail to somebody@example.com',
    'kubernetes.default.svc.cluster.local',
    'order 4111111111111112 of 1700000000000000',
  ])('%s', (text) => {
    expect(detect(text)).toEqual([]);
  });
});

describe('Kubernetes Secrets', () => {
  it('hide every value, whatever it looks like, and nothing of the next document', () => {
    const text = 'kind: Secret\ndata:\n  a: cGxhaW4=\n  b: |\n    bW9yZQ==\n---\nkind: ConfigMap\ndata:\n  c: plain\n';
    expect(found(text)).toEqual(['cGxhaW4=', 'bW9yZQ==']);
    expect(found('{"kind": "Secret", "data": {"a": "cGxhaW4="}}')).toEqual(['cGxhaW4=']);
  });
});

describe('a password', () => {
  it('takes the host and the login beside it along', () => {
    const text = 'host: sftp.example.com\nlogin: somebody@example.com\npassword: hunter22\n';
    expect(detect(text).map(({ kind }) => kind)).toEqual(['host', 'email', 'secret']);
    expect(detect('host: sftp.example.com\n')).toEqual([]);
  });
});

describe('addresses', () => {
  it('are found where they are internal', () => {
    const text = 'db-1.prod.internal, 10.0.0.7, fd00::12, 172.16.3.4, web.corp and anna@mail.rs; not 172.32.0.1';
    expect(detect(text).map(({ kind }) => kind)).toEqual(['host', 'ip', 'ip', 'ip', 'host', 'email']);
  });

  it('are internal under the domains that are given', () => {
    expect(detect('see wiki.firm.rs', { internalDomains: ['firm.rs'] })).toMatchObject([{ kind: 'host', start: 4 }]);
    expect(detect('see wiki.firm.rs')).toEqual([]);
  });
});
