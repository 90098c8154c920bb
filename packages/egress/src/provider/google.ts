import { createGoogle } from '@ai-sdk/google';
import { baseAddress, type ProviderRoute, type RouteSettings } from './provider-route.ts';

export function googleRoute({ model, key, fetch }: RouteSettings): ProviderRoute {
  const baseURL = baseAddress(model, 'https://generativelanguage.googleapis.com/v1beta');
  return {
    client: createGoogle({ baseURL, apiKey: key, fetch })(model.model),
    urls: [streamAddress(baseURL, model.model)],
    options: {},
  };
}

export function streamAddress(baseURL: string, model: string): string {
  const path = model.includes('/') ? model : `models/${model}`;
  return `${baseURL}/${path}:streamGenerateContent?alt=sse`;
}
