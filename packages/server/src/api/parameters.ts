import * as z from 'zod';
import { runIdSchema } from '@duovir/protocol';
import { ServerError } from '../error.ts';

export const runParameters = z.strictObject({ run: runIdSchema });

const MOST_ITEMS = 500;

/** `cursor` is what the page before gave; nobody else may make sense of it. */
export const pageQuery = z.strictObject({
  cursor: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9_-]+$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(MOST_ITEMS).default(50),
});

export function encodeCursor(position: number): string {
  return Buffer.from(String(position)).toString('base64url');
}

export function decodeCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!/^\d{1,15}$/.test(text))
    throw new ServerError('request-invalid', 'The cursor is not one of ours.', undefined, [
      { pointer: 'cursor', message: 'not a cursor of this list' },
    ]);
  return Number(text);
}
