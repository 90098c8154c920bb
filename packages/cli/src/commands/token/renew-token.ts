import { join } from 'node:path';
import type { Client } from '@duovir/sdk';
import { readPrivateFile, replacePrivateFile } from '../../private-file.ts';

const LASTS_MS = 90 * 86_400_000;

/** The old token goes only after the new one is in its place: a crash in between leaves one that works. */
export async function renewToken(
  client: Client,
  folder: string,
  now: Date,
): Promise<{ readonly id: string; readonly expiresAt: string }> {
  const path = join(folder, 'token');
  const [, old] = readPrivateFile(path).trim().split('_');
  const { scopes } = await client.session();
  const { id, token, expiresAt } = await client.issueToken({
    scopes,
    expiresAt: new Date(now.getTime() + LASTS_MS).toISOString(),
  });
  replacePrivateFile(path, `${token}\n`);
  // Asked for with the old token, which is good for just this once more.
  if (old !== undefined) await client.revokeToken(old);
  return { id, expiresAt };
}
