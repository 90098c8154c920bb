import { expect, test } from 'vitest';
import type { PasskeysView } from '@duovir/protocol';
import { signingOf, type PagePlace } from './signing.ts';

const trustPolicy = `sha256:${'a'.repeat(64)}`;
const place: PagePlace = { hostName: 'duovir.example', origin: 'https://duovir.example', hasPasskeys: true };
const passkey = {
  id: 'one',
  publicKey: 'key',
  relyingParty: 'duovir.example',
  origins: ['https://duovir.example'],
} as const;

function viewOf(...passkeys: readonly object[]): PasskeysView {
  return { person: 'ann', trustPolicy, passkeys: passkeys as PasskeysView['passkeys'] };
}
const enrolled = { ...passkey, origins: [...passkey.origins], state: 'enrolled' };
const proposed = { ...enrolled, state: 'proposed', enrolment: '' };

test('an enrolled passkey of this page signs', () => {
  expect(signingOf(viewOf(proposed, enrolled), place)).toMatchObject({
    kind: 'ready',
    person: 'ann',
    passkeys: [enrolled],
  });
});

test('a passkey of the domain signs on its other names, where the officer lists the page', () => {
  const origin = 'https://console.duovir.example';
  const other = { ...enrolled, origins: [origin] };
  expect(signingOf(viewOf(other), { ...place, hostName: 'console.duovir.example', origin }).kind).toBe('ready');
});

test.for([
  ['not enrolled', proposed, 'proposed'],
  ['of another host', { ...enrolled, relyingParty: 'other.example' }, 'none'],
  ['of a host whose name ends alike', { ...enrolled, relyingParty: 'ir.example' }, 'none'],
  ['of another page', { ...enrolled, origins: ['https://duovir.example:8443'] }, 'none'],
] as const)('a passkey that is %s does not sign here', ([, one, kind]) => {
  expect(signingOf(viewOf(one), place)).toEqual({ kind, person: 'ann' });
});

test('a page opened by an address says under which name it could sign', () => {
  const address = { hostName: '127.0.0.1', origin: 'http://127.0.0.1:7070', hasPasskeys: false };
  expect(signingOf(viewOf(enrolled), address)).toEqual({
    kind: 'impossible',
    person: 'ann',
    name: 'http://localhost:7070',
  });
  const elsewhere = { hostName: '10.0.0.1', origin: 'http://10.0.0.1:7070', hasPasskeys: false };
  expect(signingOf(viewOf(enrolled), elsewhere)).toEqual({ kind: 'impossible', person: 'ann', name: undefined });
});
