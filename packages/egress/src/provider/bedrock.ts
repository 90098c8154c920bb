import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import * as z from 'zod';
import { EgressError } from '../error.ts';
import { baseAddress, type ProviderRoute, type RouteSettings } from './provider-route.ts';

const accessKeySchema = z.strictObject({
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  sessionToken: z.string().min(1).optional(),
});

/** `key` is an API key of Bedrock, or an access key as JSON. Requests are signed before our own fetch sees them. */
export function bedrockRoute({ model, key, fetch }: RouteSettings): ProviderRoute {
  const { region = '' } = model;
  const baseURL = baseAddress(model, `https://bedrock-runtime.${region}.amazonaws.com`);
  const credentials = key.startsWith('{') ? { apiKey: '', ...accessKeyOf(key) } : { apiKey: key };
  return {
    client: createAmazonBedrock({ baseURL, region, fetch, ...credentials })(model.model),
    urls: [`${baseURL}/model/${encodeURIComponent(model.model)}/converse-stream`],
    options: {},
  };
}

function accessKeyOf(key: string): { accessKeyId: string; secretAccessKey: string; sessionToken?: string } {
  const { accessKeyId, secretAccessKey, sessionToken } = parseAccessKey(key);
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

function parseAccessKey(key: string): z.infer<typeof accessKeySchema> {
  try {
    return accessKeySchema.parse(JSON.parse(key));
  } catch {
    // The error of a parser quotes what it could not read.
    throw new EgressError('key-unusable', 'The key for Bedrock is neither an API key nor an access key as JSON.');
  }
}
