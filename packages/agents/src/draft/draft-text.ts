import { plainText, plainTextSchema } from '@duovir/protocol';
import * as z from 'zod';

/** Text that is executed, written or compared: what cannot be seen is refused, not removed, for it would change the bytes. */
export function exactText(maximum: number): z.ZodString {
  return plainTextSchema(maximum);
}

/** What becomes the key of a map. The one that is no key to every reader would be in what is signed and not in what is read. */
export function keyText(maximum: number): z.ZodString {
  return exactText(maximum).refine((name) => name !== '__proto__', 'no name for anything');
}

/** Text that people read. */
export function shownText(maximum: number): z.ZodPipe<z.ZodString, z.ZodTransform<string, string>> {
  return z.string().transform((text) => plainText(text).trim().slice(0, maximum).toWellFormed());
}

/** Digits, or one whole expression. */
export const portTextSchema = z
  .string()
  .max(200)
  .regex(/^(?:\d{1,5}|\$\{\{[^{}]*\}\})$/, 'digits, or one ${{ expression }}')
  .describe('a port in digits, or ${{ inputs.name }}');

/** A value by its name: open maps are no closed form. */
export const namedTextSchema = z.strictObject({ name: keyText(64), value: exactText(4096) });
