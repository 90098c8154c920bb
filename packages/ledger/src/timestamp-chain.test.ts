import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { assertTrusted, parseCertificates } from './timestamp-chain.ts';

const folder = mkdtempSync(join(tmpdir(), 'duovir-chain-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DAY_MS = 86_400_000;
const STAMPING = 'extendedKeyUsage=critical,timeStamping';
const refused = expect.objectContaining({ code: 'timestamp-invalid' });

/** A new certificate in PEM, signed by `issuer` or itself. */
function issue(name: string, extensions: readonly string[], issuer?: string): X509Certificate {
  const own = join(folder, name);
  const signer =
    issuer === undefined ? [] : ['-CA', `${join(folder, issuer)}.pem`, '-CAkey', `${join(folder, issuer)}.key`];
  const subject = ['-noenc', '-subj', `/CN=${name}`, '-days', '30', '-keyout', `${own}.key`, '-out', `${own}.pem`];
  const more = extensions.flatMap((extension) => ['-addext', extension]);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...signer, ...more], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new X509Certificate(readFileSync(`${own}.pem`));
}

const authority = (length: string): string[] => [
  `basicConstraints=critical,CA:TRUE${length}`,
  'keyUsage=critical,keyCertSign',
];

const root = issue('root', authority(''));

function judge(signer: X509Certificate, certificates: readonly X509Certificate[] = [], time = new Date()): void {
  assertTrusted({ signer, certificates, time, imprint: Buffer.alloc(32), nonce: undefined }, [root]);
}

test('a certificate of a trusted authority for time stamping alone counts', () => {
  const signer = issue('sound', ['basicConstraints=critical,CA:FALSE', STAMPING], 'root');
  expect(() => judge(signer)).not.toThrow();
  for (const days of [-1, 31]) expect(() => judge(signer, [], new Date(Date.now() + days * DAY_MS))).toThrow(refused);
});

test.each([
  ['is for anything', []],
  ['is for something else', ['extendedKeyUsage=critical,serverAuth']],
  ['is for time stamping among others', ['extendedKeyUsage=critical,timeStamping,codeSigning']],
  ['is for time stamping, if one wants', ['extendedKeyUsage=timeStamping']],
])('a certificate that %s states no times', (_, extensions) => {
  expect(() => judge(issue('odd', ['basicConstraints=critical,CA:FALSE', ...extensions], 'root'))).toThrow(refused);
});

test('a chain is as long as its authorities allow, and of authorities only', () => {
  const short = issue('short', authority(',pathlen:0'), 'root');
  const below = issue('below', authority(''), 'short');
  const leaf = issue('leaf', ['basicConstraints=critical,CA:FALSE', STAMPING], 'below');
  expect(() => judge(leaf, [short, below])).toThrow(refused);
  const direct = issue('direct', ['basicConstraints=critical,CA:FALSE', STAMPING], 'short');
  expect(() => judge(direct, [short])).not.toThrow();
  issue('nobody', ['basicConstraints=critical,CA:FALSE'], 'root');
  const posed = issue('posed', ['basicConstraints=critical,CA:FALSE', STAMPING], 'nobody');
  expect(() => judge(posed, [new X509Certificate(readFileSync(join(folder, 'nobody.pem')))])).toThrow(refused);
});

test('two authorities that issue each other lead nowhere', () => {
  const stranger = issue('stranger', authority(''));
  const signer = issue('lost', ['basicConstraints=critical,CA:FALSE', STAMPING], 'stranger');
  expect(() => judge(signer, [stranger, signer])).toThrow(refused);
});

test('a text without certificates is refused', () => {
  expect(() => parseCertificates('')).toThrow(expect.objectContaining({ code: 'timestamp-malformed' }));
  const damaged = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  expect(() => parseCertificates(damaged)).toThrow(expect.objectContaining({ code: 'timestamp-malformed' }));
});
