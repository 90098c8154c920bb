import * as z from 'zod';

/** Names people and files use: ASCII only, so that no look-alike can pose as another principal. */
export const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, starting with a letter');
/** `run-` and 20 lower-case base-32 characters; also the host name inside the run's sandbox. */
export const runIdSchema = z.string().regex(/^run-[a-z2-7]{20}$/);
export type RunId = z.infer<typeof runIdSchema>;
export const stepIdSchema = nameSchema;
/** `<noun>.<verb>@<version>` */
export const actionNameSchema = z.string().regex(/^[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*@[1-9]\d*$/);
/** UTC, milliseconds, as `Date.toISOString` writes it: a day that no calendar has is neither before nor after any other. */
export const timeSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .refine(isTime, 'a time that there is');
export const portSchema = z.int().min(1).max(65_535);
/** Absolute, no `..`, no control characters. */
export const pathSchema = z
  .string()
  .max(1024)
  .regex(/^\/(?:[\x21-\x7e ]+)$/)
  .refine((path) => !path.split('/').includes('..') && !path.includes('//'), 'an absolute path without .. or //');

function isTime(text: string): boolean {
  const milliseconds = Date.parse(text);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString() === text;
}
