// Makes packages/egress/src/price/snapshot.json from two public price tables, taking the higher of each rate. A model that
// only one of them knows is left out, and so is refused.
//
//   npm pack @pydantic/genai-prices ai-sdk-cost-calculator     then unpack each into a folder of its own
//   node tools/prices.ts <folder of genai-prices> <folder of ai-sdk-cost-calculator> <day the older one was published>
//   npx oxfmt packages/egress/src/price/snapshot.json
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

const VENDORS = ['anthropic', 'openai', 'google'] as const;
const NO_TEXT_MODEL =
  /image|audio|embed|tts|transcri|live|realtime|search|research|computer|omni|instruct|whisper|dall|veo|sora|robotics/;
const SNAPSHOT = join(import.meta.dirname, '../packages/egress/src/price/snapshot.json');

/** US dollars per million tokens; a tier's price holds for prompts of more than `start` tokens. */
const rateSchema = z.union([
  z.number().transform((base) => ({ base, tiers: [] as { readonly start: number; readonly price: number }[] })),
  z.object({ base: z.number(), tiers: z.array(z.object({ start: z.number(), price: z.number() })) }),
]);
const firstTableSchema = z.object({
  input_mtok: rateSchema,
  output_mtok: rateSchema,
  cache_read_mtok: rateSchema.optional(),
  cache_write_mtok: rateSchema.optional(),
  cache_write_1h_mtok: rateSchema.optional(),
});
const secondTableSchema = z.object({
  inputPer1MTokens: z.number(),
  outputPer1MTokens: z.number(),
  reasoningPer1MTokens: z.number().optional(),
  cacheReadPer1MTokens: z.number().optional(),
  cacheWritePer1MTokens: z.number().optional(),
  longContextThreshold: z.number().optional(),
  longContextInputPer1MTokens: z.number().optional(),
  longContextOutputPer1MTokens: z.number().optional(),
  longContextReasoningPer1MTokens: z.number().optional(),
  longContextCacheReadPer1MTokens: z.number().optional(),
  longContextCacheWritePer1MTokens: z.number().optional(),
});
type Rate = z.infer<typeof rateSchema>;
type FirstTable = z.infer<typeof firstTableSchema>;
type SecondTable = z.infer<typeof secondTableSchema>;
interface SecondRates {
  readonly inputPer1MTokens?: number | undefined;
  readonly outputPer1MTokens?: number | undefined;
  readonly reasoningPer1MTokens?: number | undefined;
  readonly cacheReadPer1MTokens?: number | undefined;
  readonly cacheWritePer1MTokens?: number | undefined;
}

const [firstFolder = '', secondFolder = '', verifiedAt = ''] = process.argv.slice(2);
/** Also half a year on: a rise that is announced by then counts already. */
const MOMENTS = [0, 180].map((days) => new Date(Date.parse(verifiedAt) + days * 86_400_000));
const first = (await load(firstFolder, 'dist/index.js')) as {
  calcPrice(usage: object, model: string, options: object): { readonly model_price: unknown } | null;
};
const second = (await load(secondFolder, 'dist/index.mjs')) as { allPricing: Record<string, Record<string, unknown>> };

const models = Object.fromEntries(VENDORS.map((vendor) => [vendor, pricesOf(vendor)]));
const sources = [firstFolder, secondFolder].map(sourceOf);
writeFileSync(SNAPSHOT, `${JSON.stringify({ verifiedAt, sources, models })}\n`);
for (const [vendor, prices] of Object.entries(models)) console.log(`${vendor}: ${Object.keys(prices).length} models`);

function pricesOf(vendor: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(second.allPricing[vendor] ?? {})
      .filter(([model]) => !NO_TEXT_MODEL.test(model))
      .flatMap(([model, listed]) => {
        const found = MOMENTS.flatMap((moment) => firstPrice(vendor, model, moment));
        return found.length === 0 ? [] : [[model, higher(found, secondTableSchema.parse(listed))] as const];
      })
      .toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
}

function firstPrice(vendor: string, model: string, timestamp: Date): readonly FirstTable[] {
  const found = first.calcPrice({ input_tokens: 1, output_tokens: 1 }, model, { providerId: vendor, timestamp });
  return found ? [firstTableSchema.parse(found.model_price)] : [];
}

function higher(tables: readonly FirstTable[], other: SecondTable): readonly object[] {
  const threshold = other.longContextThreshold ?? Number.POSITIVE_INFINITY;
  const starts = new Set([0, ...tables.flatMap((table) => Object.values(table).flatMap(startsOf))]);
  if (Number.isFinite(threshold)) starts.add(threshold);
  return [...starts]
    .toSorted((left, right) => left - right)
    .map((above) => {
      const one = (rate: keyof FirstTable): readonly number[] => tables.flatMap((table) => at(table[rate], above));
      const two: SecondRates = above >= threshold ? longContext(other) : other;
      const input = top(...one('input_mtok'), two.inputPer1MTokens);
      const cacheRead = top(...one('cache_read_mtok'), two.cacheReadPer1MTokens);
      const cacheWrite = top(...one('cache_write_mtok'), ...one('cache_write_1h_mtok'), two.cacheWritePer1MTokens);
      return {
        above,
        input,
        output: top(...one('output_mtok'), two.outputPer1MTokens, two.reasoningPer1MTokens),
        cacheRead: cacheRead || input,
        cacheWrite: cacheWrite || input,
      };
    });
}

function startsOf(rate: Rate | undefined): readonly number[] {
  return rate?.tiers.map(({ start }) => start) ?? [];
}

function at(rate: Rate | undefined, above: number): readonly number[] {
  return rate ? [rate.tiers.findLast(({ start }) => start <= above)?.price ?? rate.base] : [];
}

function longContext(table: SecondTable): SecondRates {
  return {
    inputPer1MTokens: table.longContextInputPer1MTokens,
    outputPer1MTokens: table.longContextOutputPer1MTokens,
    reasoningPer1MTokens: table.longContextReasoningPer1MTokens,
    cacheReadPer1MTokens: table.longContextCacheReadPer1MTokens,
    cacheWritePer1MTokens: table.longContextCacheWritePer1MTokens,
  };
}

/** Millionths of a US dollar, rounded up. */
function top(...dollars: readonly (number | undefined)[]): number {
  return Math.ceil(Math.max(0, ...dollars.flatMap((value) => (value === undefined ? [] : [value]))) * 1_000_000 - 1e-6);
}

function sourceOf(folder: string): object {
  const manifest = z
    .object({ name: z.string(), version: z.string(), license: z.string() })
    .parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  return { package: manifest.name, version: manifest.version, licence: manifest.license };
}

function load(folder: string, file: string): Promise<unknown> {
  return import(pathToFileURL(join(folder, file)).href);
}
