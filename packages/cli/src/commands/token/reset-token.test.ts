import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stateDirectory } from '@duovir/principal';
import { initialise } from '../../init/initialise.ts';
import type { InitialToken } from '../../init/initial-token.ts';
import { resetToken } from './reset-token.ts';

test('who owns the state directory finds the way back in, and the server is told a hash', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-reset-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const state = stateDirectory(join(folder, 'state'));
  await initialise(state.root, new Date('2026-01-01T00:00:00.000Z'));
  const file = join(state.person('approver'), 'token');
  const before = readFileSync(file, 'utf8');
  const { id, expiresAt } = resetToken(state, 'approver', new Date('2026-05-01T00:00:00.000Z'));
  const token = readFileSync(file, 'utf8').trim();
  expect(token).not.toBe(before.trim());
  expect(token.startsWith(`duovir_${id}_`)).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const list = readFileSync(join(state.principal('server'), 'tokens.json'), 'utf8');
  expect(list).not.toContain(token);
  expect((JSON.parse(list) as InitialToken[]).at(-1)).toMatchObject({ id, person: 'approver', expiresAt });
  expect(() => resetToken(state, 'mallory', new Date())).toThrow(expect.objectContaining({ code: 'not-found' }));
});
