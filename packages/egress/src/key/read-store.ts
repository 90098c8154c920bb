import type * as z from 'zod';
import { EgressError } from '../error.ts';

/** The answer of a store of keys. Errors say who failed and how, and nothing of what was said: it may hold the key. */
export async function readStore<Answer>(
  store: string,
  asked: Promise<Response>,
  schema: z.ZodType<Answer>,
): Promise<Answer> {
  let response: Response;
  let body: unknown;
  try {
    response = await asked;
    body = response.ok ? await response.json() : undefined;
  } catch {
    throw new EgressError('key-unavailable', `${store} gave no answer that can be read.`);
  }
  if (!response.ok) throw new EgressError('key-unavailable', `${store} answered with status ${response.status}.`);
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new EgressError('key-unavailable', `${store} gave an answer of another form.`);
  return parsed.data;
}
