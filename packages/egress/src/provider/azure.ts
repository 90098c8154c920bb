import { createAzure } from '@ai-sdk/azure';
import { responsesOptions } from './openai.ts';
import { baseAddress, type ProviderRoute, type RouteSettings } from './provider-route.ts';

/** `model.model` is the deployment. The client itself knows which hosts want a version in the address. */
export function azureRoute({ model, key, fetch }: RouteSettings): ProviderRoute {
  const baseURL = baseAddress(model, '');
  return {
    client: createAzure({ baseURL, apiKey: key, fetch }).responses(model.model),
    urls: [`${baseURL}/responses`, `${baseURL}/v1/responses?api-version=v1`],
    options: { ...responsesOptions, azure: responsesOptions.openai },
  };
}
