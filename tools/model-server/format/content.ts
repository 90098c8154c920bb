import * as z from 'zod';

/** Message content: text, or parts of which those with text are read. What a tool gave back may be nested. */
export const contentSchema: z.ZodType<string> = z.union([
  z.string(),
  z.null().transform(() => ''),
  z.array(z.unknown()).transform((parts) => parts.map(textOf).filter(Boolean).join('\n')),
]);

function textOf(part: unknown): string {
  if (typeof part === 'string') return part;
  if (typeof part !== 'object' || part === null) return '';
  if ('text' in part && typeof part.text === 'string') return part.text;
  if ('content' in part) return contentSchema.parse(part.content);
  if ('functionResponse' in part) return JSON.stringify(part.functionResponse);
  return '';
}

/** The name a JSON Schema gives itself. */
export function titleOf(schema: unknown): string | undefined {
  if (typeof schema !== 'object' || schema === null || !('title' in schema)) return undefined;
  return typeof schema.title === 'string' ? schema.title : undefined;
}
