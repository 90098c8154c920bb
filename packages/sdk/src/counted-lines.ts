import * as z from 'zod';
import { malformed } from './api-error.ts';
import { textParts } from './text-parts.ts';

/**
 * Lines of JSON, of which the last one says, as `{[count]: n}`, how many there were. Throws for an answer that was cut off:
 * nobody would notice what is missing.
 */
export async function* countedLines<Line extends z.ZodType>(
  body: ReadableStream<Uint8Array> | null,
  line: Line,
  count: string,
): AsyncGenerator<z.output<Line>> {
  const last = z.strictObject({ [count]: z.int().min(0) });
  let lines = 0;
  for await (const text of linesOf(body)) {
    const value = parseJson(text);
    const end = last.safeParse(value);
    if (end.success) {
      if (end.data[count] === lines) return;
      throw malformed(`there were ${lines} ${count} of ${end.data[count]}`);
    }
    const parsed = line.safeParse(value);
    if (!parsed.success) throw malformed(`a line is none of ${count}`, parsed.error);
    lines += 1;
    yield parsed.data;
  }
  throw malformed(`the ${count} end before they are over`);
}

async function* linesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  if (!body) return;
  try {
    yield* textParts(body, '\n');
  } catch (cause) {
    throw malformed('the connection broke', cause);
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw malformed('a line is not JSON', cause);
  }
}
