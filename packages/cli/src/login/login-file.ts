import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { timeSchema } from '@duovir/protocol';
import { readPrivateFile, replacePrivateFile } from '../private-file.ts';

const loginFileSchema = z.strictObject({ accessToken: z.string().min(1).max(8192), expiresAt: timeSchema });
export type StoredLogin = z.infer<typeof loginFileSchema>;

const fileIn = (folder: string): string => join(folder, 'login.json');

/** The access token of a login in a person's folder; undefined when there is none, or it has ended. */
export function readLogin(folder: string, now: Date): string | undefined {
  const path = fileIn(folder);
  if (!existsSync(path)) return undefined;
  const { accessToken, expiresAt } = loginFileSchema.parse(JSON.parse(readPrivateFile(path)));
  return now < new Date(expiresAt) ? accessToken : undefined;
}

export function keepLogin(folder: string, login: StoredLogin): void {
  replacePrivateFile(fileIn(folder), `${JSON.stringify(login)}\n`);
}
