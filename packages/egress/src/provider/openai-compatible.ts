import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { baseAddress, type ProviderRoute, type RouteSettings } from './provider-route.ts';

/** vLLM, Ollama, llama.cpp and others that speak chat completions. */
export function openaiCompatibleRoute({ model, key, fetch }: RouteSettings): ProviderRoute {
  const baseURL = baseAddress(model, '');
  const provider = createOpenAICompatible({
    name: 'compatible',
    baseURL,
    // A server without a key gets no header at all.
    ...(key !== '' && { apiKey: key }),
    fetch,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
  return {
    client: provider.chatModel(model.model),
    urls: [`${baseURL}/chat/completions`],
    options: { compatible: { strictJsonSchema: false } },
  };
}
