import type { Model } from '@duovir/protocol';
import type { LanguageModel } from 'ai';

/** A model object of the AI SDK. Never a string: the SDK would send that to a gateway of its own. */
export type LanguageClient = Extract<LanguageModel, { readonly specificationVersion: 'v4' }>;

/** A model that can be asked, and the only addresses its requests may go to. */
export interface ProviderRoute {
  readonly client: LanguageClient;
  readonly urls: readonly string[];
  readonly options: NonNullable<Parameters<LanguageClient['doStream']>[0]['providerOptions']>;
}

/** Everything a provider's client is given. It is told all of it, so that it looks for nothing in the environment. */
export interface RouteSettings {
  readonly model: Model;
  readonly key: string;
  readonly fetch: typeof globalThis.fetch;
}

/** Base address of the model, without a slash at its end. */
export function baseAddress({ endpoint }: Model, publicAddress: string): string {
  return (endpoint ?? publicAddress).replace(/\/+$/, '');
}
