import { createOpenAI } from '@ai-sdk/openai';
import { baseAddress, type ProviderRoute, type RouteSettings } from './provider-route.ts';

/** `store: false`: the provider keeps no copy. The schema is a wish here; whoever asked checks the answer against it. */
export const responsesOptions = { openai: { store: false, strictJsonSchema: false } };

export function openaiRoute({ model, key, fetch }: RouteSettings): ProviderRoute {
  const baseURL = baseAddress(model, 'https://api.openai.com/v1');
  return {
    client: createOpenAI({ baseURL, apiKey: key, fetch }).responses(model.model),
    urls: [`${baseURL}/responses`],
    options: responsesOptions,
  };
}
