import { createVertex } from '@ai-sdk/google-vertex';
import { streamAddress } from './google.ts';
import { baseAddress, type ProviderRoute, type RouteSettings } from './provider-route.ts';

type VertexSettings = NonNullable<Parameters<typeof createVertex>[0]>;

/** `key` is an access token. */
export function vertexRoute({ model, key, fetch }: RouteSettings): ProviderRoute {
  const { region = 'global', project = '' } = model;
  const host = region === 'global' ? 'aiplatform.googleapis.com' : `${region}-aiplatform.googleapis.com`;
  const publishers = `https://${host}/v1beta1/projects/${project}/locations/${region}/publishers/google`;
  const baseURL = baseAddress(model, publishers);
  // Left alone, the client asks the machine's metadata server and the home directory for credentials.
  const authClient = { getAccessToken: async () => ({ token: key }) };
  const googleAuthOptions = { authClient } as unknown as NonNullable<VertexSettings['googleAuthOptions']>;
  const provider = createVertex({ baseURL, apiKey: '', project, location: region, fetch, googleAuthOptions });
  return { client: provider(model.model), urls: [streamAddress(baseURL, model.model)], options: {} };
}
