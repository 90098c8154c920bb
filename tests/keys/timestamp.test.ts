import { randomBytes } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { timestampQuery, verifyAnchor, verifyAnswer, type Anchor } from '@duovir/ledger';
import { TimeStampingAuthority, type Certificate } from './time-stamping-authority.ts';

const authority = new TimeStampingAuthority();
afterAll(() => authority.close());

const signer = authority.issue('tsa', { issuer: authority.root });
const checkpoint = Buffer.from('acme.example/log\n7\nAAAA\n\n\u2014 acme.example/log BBBB\n');

function stamp(by: Certificate = signer, chain: readonly Certificate[] = [], content = checkpoint): Buffer {
  return authority.answer(timestampQuery(content, randomBytes(16)).body, by, chain);
}

const judge = (response: Buffer, certificates = authority.pem()): Anchor =>
  verifyAnchor(response, checkpoint, certificates);
const refused = expect.objectContaining({ code: 'timestamp-invalid', consequence: 'refuse' });
const unreadable = expect.objectContaining({ code: 'timestamp-malformed', consequence: 'refuse' });

test.each([
  ['ECDSA', signer],
  ['RSA', authority.rsa('rsa')],
])('an answer of OpenSSL with %s verifies, and OpenSSL verifies it as well', (_, by) => {
  const query = timestampQuery(checkpoint, randomBytes(16));
  const response = authority.answer(query.body, by);
  const anchor = verifyAnswer(response, { checkpoint, nonce: query.nonce }, authority.pem());
  expect(Math.abs(anchor.time.getTime() - Date.now())).toBeLessThan(60_000);
  expect(anchor).toMatchObject({ isTrusted: true, authority: expect.stringContaining('CN=') });
  expect(() => authority.check(checkpoint, response)).not.toThrow();
});

test('without certificates the signature is looked at, and the signer is not believed', () => {
  expect(verifyAnchor(stamp(), checkpoint)).toMatchObject({ isTrusted: false });
});

test('an authority between the root and the signer is taken from the answer', () => {
  const between = authority.issue('between', { extensions: 'authority', issuer: authority.root });
  const by = authority.issue('below', { issuer: between });
  expect(judge(stamp(by, [between]))).toMatchObject({ isTrusted: true });
  expect(() => judge(stamp(by))).toThrow(refused);
});

test('who is no authority issues no authority', () => {
  const between = authority.issue('posing', { extensions: 'no_authority', issuer: authority.root });
  expect(() => judge(stamp(authority.issue('below', { issuer: between }), [between]))).toThrow(refused);
});

test('another authority of the same name is another one', () => {
  const other = new TimeStampingAuthority();
  expect(() => judge(stamp(), other.pem())).toThrow(refused);
  other.close();
});

test('what was asked is what is answered', () => {
  const [first, second] = [timestampQuery(checkpoint, randomBytes(16)), timestampQuery(checkpoint, randomBytes(16))];
  const response = authority.answer(first.body, signer);
  expect(() => verifyAnswer(response, { checkpoint, nonce: second.nonce }, authority.pem())).toThrow(refused);
  expect(() => verifyAnswer(response, { checkpoint, nonce: first.nonce }, authority.pem())).not.toThrow();
});

test('a timestamp over something else is none over this checkpoint', () => {
  expect(() => judge(stamp(signer, [], Buffer.from('another')))).toThrow(refused);
});

test('a certificate that has expired states no times', () => {
  expect(() => judge(stamp(authority.issue('old', { validFor: -1, issuer: authority.root })))).toThrow(refused);
});

test('OpenSSL asks for the same of a certificate that states times', () => {
  for (const extensions of ['no_usage', 'tsa_and_more', 'tsa_not_critical'] as const)
    expect(() => stamp(authority.issue('odd', { extensions, issuer: authority.root }))).toThrow(/ts/);
});

test('a refusal, garbage and what is too large are no timestamps', () => {
  const status2 = Buffer.from('30053003020102', 'hex');
  expect(() => judge(status2)).toThrow(refused);
  for (const bytes of [Buffer.alloc(0), Buffer.from('<html>'), randomBytes(500), Buffer.from('3000', 'hex')])
    expect(() => judge(bytes)).toThrow(unreadable);
  expect(() => judge(Buffer.alloc(70_000, 0x30))).toThrow(unreadable);
  expect(() => judge(stamp(), 'no certificate')).toThrow(unreadable);
});

test('no byte of it can be changed: 400 flipped bits are noticed, or change nothing that is said', () => {
  const response = stamp();
  const honest = judge(response);
  let noticed = 0;
  for (let at = 0; at < 400; at += 1) {
    const mutated = Buffer.from(response);
    const bit = Math.floor((at * response.length * 8) / 400) + (at % 8);
    mutated[bit >> 3]! ^= 1 << (bit & 7);
    try {
      const anchor = judge(mutated);
      expect([anchor.time, anchor.authority]).toEqual([honest.time, honest.authority]);
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^timestamp-/) });
      noticed += 1;
    }
  }
  expect(noticed).toBeGreaterThan(350);
});
