import * as z from 'zod';

/** One measured figure beside its bar, and beside the thing it was compared with in the same run where there is one. */
export const figureSchema = z.strictObject({
  name: z.string(),
  value: z.number(),
  unit: z.string(),
  comparedWith: z.union([z.string(), z.number()]).nullable(),
  /** `value` over the value of what it is compared with. */
  ratio: z.number().nullable(),
  bar: z.union([z.string(), z.number()]),
  ok: z.boolean(),
});

export type Figure = z.infer<typeof figureSchema>;
