import type { Model } from '@duovir/protocol';
import { EgressError } from '../error.ts';
import type { Price } from './price.ts';
import { priceSnapshot, snapshotPrice } from './price-snapshot.ts';

const MAX_AGE_DAYS = 180;
const DAY_MS = 86_400_000;
/** Regional endpoints cost up to a tenth more than global ones; no source lists which model where. */
const REGIONAL_PERCENT = 110;

type PricedModel = Pick<Model, 'provider' | 'model' | 'price' | 'region' | 'endpoint'>;
type Vendor = Parameters<typeof snapshotPrice>[0];

/** Throws `price-unknown` or `price-outdated`: a call without a price has no bound (Invariants 6 and 8). */
export function priceOf(model: PricedModel, now: Date): Price {
  const { price } = model;
  if (price.kind === 'fixed') {
    const { input, output, cacheRead, cacheWrite } = price;
    return [{ above: 0, input, output, cacheRead, cacheWrite }];
  }
  const { verifiedAt } = priceSnapshot;
  if (now.getTime() - Date.parse(verifiedAt) > MAX_AGE_DAYS * DAY_MS)
    throw new EgressError('price-outdated', `The price snapshot of ${verifiedAt} is older than ${MAX_AGE_DAYS} days.`);
  const listed = listedPrice(model);
  if (!listed)
    throw new EgressError(
      'price-unknown',
      `The price snapshot of ${verifiedAt} has no ${model.provider} model ${model.model}.`,
    );
  return isGlobal(model) ? listed : dearer(listed);
}

/** The vendor's own name of a model, from the name that the provider sells it under. */
function listedPrice({ provider, model }: PricedModel): Price | undefined {
  switch (provider) {
    case 'anthropic':
    case 'openai':
    case 'google':
      return find([provider], model);
    case 'vertex':
      return find(['anthropic', 'google'], model.replace(/@.*$/, ''));
    case 'bedrock': {
      const sold = /^(?:[a-z-]{2,6}\.)?(anthropic|openai)\.(.+?)(?:-v\d+(?::\d+)?)?$/.exec(model);
      return sold ? find([sold[1] as Vendor], sold[2] ?? '') : undefined;
    }
    case 'azure':
      return find(['openai', 'anthropic'], model);
    case 'openai-compatible':
      return undefined;
  }
}

/** Vendors give dated names to versions of one price; where a date has another price, the dated name is listed itself. */
function find(vendors: readonly Vendor[], model: string): Price | undefined {
  const undated = model.replace(/-(?:\d{8}|\d{4}-\d{2}-\d{2})$/, '');
  const names = undated === model ? [model] : [model, undated, `${undated}-latest`];
  return names
    .flatMap((name) => vendors.map((vendor) => snapshotPrice(vendor, name)))
    .find((price) => price !== undefined);
}

function isGlobal({ provider, model, region, endpoint }: PricedModel): boolean {
  if (provider === 'azure') return false;
  if (provider === 'bedrock') return model.startsWith('global.');
  return provider === 'vertex' ? region === 'global' : endpoint === undefined;
}

function dearer(price: Price): Price {
  const raise = (rate: number): number => Math.ceil((rate * REGIONAL_PERCENT) / 100);
  const [first, ...others] = price.map(({ above, input, output, cacheRead, cacheWrite }) => ({
    above,
    input: raise(input),
    output: raise(output),
    cacheRead: raise(cacheRead),
    cacheWrite: raise(cacheWrite),
  }));
  return first ? [first, ...others] : price;
}
