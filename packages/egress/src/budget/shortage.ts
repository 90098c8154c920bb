import * as z from 'zod';

/** What one level lacks for a call. */
export const shortageSchema = z.strictObject({
  level: z.string(),
  unit: z.enum(['tokens', 'microUsd']),
  needed: z.int(),
  left: z.int(),
});
export type Shortage = z.infer<typeof shortageSchema>;

export function describeShortage({ level, unit, needed, left }: Shortage): string {
  const quantity = (value: number): string =>
    unit === 'tokens' ? `${value} tokens` : `${(value / 1_000_000).toFixed(6)} USD`;
  return `${level} has ${quantity(Math.max(0, left))} left, and the worst case of this call is ${quantity(needed)}`;
}
