import type { ExcerptRange } from '@duovir/ledger';
import * as z from 'zod';
import { ServerError } from '../error.ts';
import type { Api } from './ports.ts';

export const LINES = 'application/x-ndjson';

export const indexText = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
export const excerptQuery = z.strictObject({ first: indexText, size: indexText });

/** Throws `request-invalid` where the log has no such part; then answers line by line, as they come. */
export async function excerptLines(
  { log }: Pick<Api, 'log'>,
  { first, size }: ExcerptRange,
  lines: AsyncIterable<string>,
): Promise<Response> {
  const { size: most } = await log.cosignedCheckpoint();
  if (first > size || size > most)
    throw new ServerError('request-invalid', `The ledger has ${most} entries.`, undefined, [
      { pointer: 'size', message: `from \`first\` to ${most}` },
    ]);
  const body = ReadableStream.from(lines).pipeThrough(new TextEncoderStream());
  return new Response(body, { headers: { 'content-type': LINES } });
}
