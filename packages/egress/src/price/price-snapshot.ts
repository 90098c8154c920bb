import * as z from 'zod';
import type { Price } from './price.ts';
import document from './snapshot.json' with { type: 'json' };

const ratesSchema = z.strictObject({
  above: z.int().min(0),
  input: z.int().min(0),
  output: z.int().min(0),
  cacheRead: z.int().min(0),
  cacheWrite: z.int().min(0),
});
const priceSchema = z.tuple([ratesSchema.extend({ above: z.literal(0) })], ratesSchema);
const vendorSchema = z.record(z.string(), priceSchema);

/** The file that tools/prices.ts makes from two public price tables: of each rate the higher one. */
export const priceSnapshotSchema = z.strictObject({
  /** When the older of the two tables was published. */
  verifiedAt: z.iso.date(),
  sources: z.array(z.strictObject({ package: z.string(), version: z.string(), licence: z.string() })).length(2),
  models: z.strictObject({ anthropic: vendorSchema, openai: vendorSchema, google: vendorSchema }),
});
export type PriceSnapshot = z.infer<typeof priceSnapshotSchema>;

export const priceSnapshot: PriceSnapshot = priceSnapshotSchema.parse(document);

export function snapshotPrice(vendor: keyof PriceSnapshot['models'], model: string): Price | undefined {
  const models = priceSnapshot.models[vendor];
  return Object.hasOwn(models, model) ? models[model] : undefined;
}
