import { expect, test } from 'vitest';
import { takeIdentity, usableRange } from './uid-pool.ts';

test('the pool lies where all its uids are mapped', () => {
  expect(usableRange('         0          0 4294967295\n').first).toBe(1_900_000_000);
  expect(usableRange('         0     100000      65536\n').first).toBe(60_100);
  expect(() => usableRange('         0       1000          1\n')).toThrow(
    expect.objectContaining({ code: 'uid-pool-empty' }),
  );
});

test.runIf(process.getuid?.() === 0)('as root no two sandboxes have one uid, and none has uid 0', async () => {
  const identities = await Promise.all(Array.from({ length: 20 }, () => takeIdentity()));
  expect(new Set(identities.map(({ uid }) => uid)).size).toBe(20);
  expect(identities.every(({ kind, uid }) => kind === 'pooled' && uid !== 0)).toBe(true);
  for (const identity of identities) if (identity.kind === 'pooled') await identity.release();
});

test.runIf(process.getuid?.() !== 0)('an ordinary user has its own', async () => {
  expect(await takeIdentity()).toEqual({ kind: 'own', uid: process.getuid?.() });
});
