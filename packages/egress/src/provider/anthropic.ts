import { createAnthropic } from '@ai-sdk/anthropic';
import { baseAddress, type ProviderRoute, type RouteSettings } from './provider-route.ts';

export function anthropicRoute({ model, key, fetch }: RouteSettings): ProviderRoute {
  const baseURL = baseAddress(model, 'https://api.anthropic.com/v1');
  return {
    client: createAnthropic({ baseURL, apiKey: key, fetch })(model.model),
    urls: [`${baseURL}/messages`],
    options: {},
  };
}
