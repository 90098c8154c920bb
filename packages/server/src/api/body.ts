import type { Context } from 'hono';
import type * as z from 'zod';
import { ServerError, type Flaw } from '../error.ts';
import { escapePointer, parseJsonText } from './json-text.ts';

const MOST_BYTES = 1024 * 1024;

/** Reads, bounds and checks the JSON body of a request. */
export async function readBody<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.output<Schema>> {
  const type = context.req.header('content-type') ?? '';
  if (!/^application\/json\s*(?:;\s*charset=utf-8\s*)?$/i.test(type))
    throw new ServerError('media-type-refused', 'The body must be application/json.');
  const parsed = schema.safeParse(parseJsonText(decode(await readBytes(context))));
  if (!parsed.success)
    throw new ServerError(
      'request-invalid',
      'The request is not one this endpoint takes.',
      undefined,
      flawsOf(parsed.error, pointerOf),
    );
  return parsed.data;
}

/** Reads the parameters of one place. Unknown ones and ones given twice are refused (Invariant 6). */
export function readParameters<Schema extends z.ZodObject>(
  given: Readonly<Record<string, readonly string[]>>,
  schema: Schema,
): z.output<Schema> {
  const twice = Object.entries(given).filter(([, values]) => values.length > 1);
  if (twice.length > 0)
    throw new ServerError(
      'request-invalid',
      'A parameter is given more than once.',
      undefined,
      twice.map(([name]) => ({ pointer: name, message: 'given more than once' })),
    );
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(given).map(([name, [value]]) => [name, value])));
  if (!parsed.success)
    throw new ServerError(
      'request-invalid',
      'A parameter is not one this endpoint takes.',
      undefined,
      flawsOf(parsed.error, (path) => path.join('.')),
    );
  return parsed.data;
}

async function readBytes(context: Context): Promise<Buffer> {
  if (Number(context.req.header('content-length') ?? 0) > MOST_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of context.req.raw.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): ServerError {
  return new ServerError('body-too-large', `The body has more than ${MOST_BYTES} bytes.`);
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ServerError('json-malformed', 'The body is not UTF-8.', cause);
  }
}

function flawsOf(error: z.ZodError, place: (path: readonly PropertyKey[]) => string): Flaw[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ pointer: place([...issue.path, key]), message: 'unknown field' }));
    return [{ pointer: place(issue.path), message: issue.message }];
  });
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${escapePointer(String(part))}`).join('');
}
