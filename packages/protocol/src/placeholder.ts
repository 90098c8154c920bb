import * as z from 'zod';
import { digestSchema } from './digest.ts';

/** What a value is that must not reach a model; the placeholder that stands for it has the same shape. */
export const placeholderKindSchema = z.enum([
  'secret',
  'key',
  'card',
  'iban',
  'email',
  'host',
  'ip',
  'schema',
  'table',
  'column',
]);
export type PlaceholderKind = z.infer<typeof placeholderKindSchema>;

/** A placeholder that a plan uses. The commitment binds it to one value, so that nobody can put in another (Invariant 4). */
export const boundPlaceholderSchema = z.strictObject({
  placeholder: z
    .string()
    .max(128)
    .regex(/^[A-Za-z0-9_.@:-]+$/),
  kind: placeholderKindSchema,
  /** `commitTo(salt, value)` */
  commitment: digestSchema,
});
export type BoundPlaceholder = z.infer<typeof boundPlaceholderSchema>;

/** Opens one placeholder for the runner. Never stored in the ledger and never shown to an agent. */
export const restorationSchema = z.strictObject({
  placeholder: boundPlaceholderSchema.shape.placeholder,
  value: z.string().max(65_536),
  salt: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Restoration = z.infer<typeof restorationSchema>;

/** Places of an action in which a value may be put back. There is none in shell text. */
export type Sink = 'argv' | 'environment' | 'stdin' | 'file' | 'probe' | 'host';

/**
 * Where a value of each kind may go. Arguments can be read by every process of a machine, so a secret goes into files
 * and standard input only.
 */
export const sinksOf: Readonly<Record<PlaceholderKind, readonly Sink[]>> = {
  secret: ['file', 'stdin'],
  key: ['file', 'stdin'],
  card: [],
  iban: [],
  email: ['file', 'stdin', 'argv', 'environment'],
  host: ['file', 'stdin', 'argv', 'environment', 'probe', 'host'],
  ip: ['file', 'stdin', 'argv', 'environment', 'probe', 'host'],
  schema: ['file', 'stdin', 'argv', 'probe'],
  table: ['file', 'stdin', 'argv', 'probe'],
  column: ['file', 'stdin', 'argv', 'probe'],
};
