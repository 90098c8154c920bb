import { expect, test } from 'vitest';
import type { RunRequest } from '@duovir/protocol';
import { secretInputs } from './secret-inputs.ts';

const request = (inputs: RunRequest['inputs'], goal = 'Do it'): RunRequest => ({
  goal,
  target: 'sandbox',
  inputs,
  environment: 'development',
  dataClass: 'internal',
  occupiedPorts: [],
});
const values = (inputs: RunRequest['inputs'], goal?: string): string[] =>
  secretInputs(request(inputs, goal)).map(({ value }) => value);
/** Put together here, so that scanners of this repository see no secret. */
const word = (...parts: string[]): string => parts.join('');

test('what stands under the name of a secret is one, however deep', () => {
  const password = word('correct', '-horse');
  expect(values({ dbPassword: password, port: 5432, name: 'primary-one' })).toEqual([password]);
  expect(values({ servers: [{ auth: { apiToken: password } }] })).toEqual([password]);
  expect(
    values({
      env: [
        { name: 'DB_PASSWORD', value: password },
        { name: 'MODE', value: 'replication' },
      ],
    }),
  ).toEqual([password]);
});

test('environment files, kubeconfigs and URLs are looked through', () => {
  const secret = word('s3cr3t', 'ValueOne');
  const file = `MODE=replication\nexport DB_PASSWORD="${secret}"\nPORT=5432\n`;
  expect(values({ environmentFile: file })).toContain(secret);
  const kubeconfig = `users:\n- name: admin\n  user:\n    client-key-data: ${btoa(secret)}\n    username: administrator\n`;
  expect(values({ cluster: kubeconfig })).toEqual([btoa(secret)]);
  const url = `postgresql://app:${encodeURIComponent(`${secret}/x`)}@db.example/app`;
  expect(values({ upstream: url })).toEqual([encodeURIComponent(`${secret}/x`), `${secret}/x`]);
});

test('a goal may hold one too', () => {
  const secret = word('another', 'Secret9');
  expect(values({}, `Connect with password=${secret} please`)).toContain(secret);
});

test.each([
  ['the password is %, please', '%'],
  ['set the API key to be "%".', '%'],
  ['with passphrase % for all', '%'],
  ['Token: %', '%'],
])('people write it as in %j', (goal) => {
  const secret = word('Hunter2', '-canary-value');
  expect(values({}, goal.replace('%', secret))).toEqual([secret]);
});

test.each([
  'Rotate the password regularly',
  'Store secrets somewhere',
  'a token bucket limits each client',
  'A password is required.',
])('%j names none', (goal) => {
  expect(values({}, goal)).toEqual([]);
});

test('what is too short to be found without accidents is left to the detectors', () => {
  expect(values({ password: 'abc' })).toEqual([]);
});
