import type { ProviderName } from '@duovir/protocol';
import type { ProviderRoute, RouteSettings } from './provider-route.ts';

/** Loaded when first asked: nobody uses all of them, and together they are most of a server's start. */
const routes: Readonly<Record<ProviderName, () => Promise<(settings: RouteSettings) => ProviderRoute>>> = {
  anthropic: async () => (await import('./anthropic.ts')).anthropicRoute,
  openai: async () => (await import('./openai.ts')).openaiRoute,
  google: async () => (await import('./google.ts')).googleRoute,
  vertex: async () => (await import('./vertex.ts')).vertexRoute,
  bedrock: async () => (await import('./bedrock.ts')).bedrockRoute,
  azure: async () => (await import('./azure.ts')).azureRoute,
  'openai-compatible': async () => (await import('./openai-compatible.ts')).openaiCompatibleRoute,
};

export async function routeTo(settings: RouteSettings): Promise<ProviderRoute> {
  const route = await routes[settings.model.provider]();
  return route(settings);
}
