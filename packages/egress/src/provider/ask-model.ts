import type { Json } from '@duovir/protocol';
import { EgressError } from '../error.ts';
import type { TokenUsage } from '../price/call-cost.ts';
import type { LanguageClient, ProviderRoute } from './provider-route.ts';

type CallOptions = Parameters<LanguageClient['doStream']>[0];
type StreamPart =
  Awaited<ReturnType<LanguageClient['doStream']>>['stream'] extends ReadableStream<infer Part> ? Part : never;
type Finish = Extract<StreamPart, { readonly type: 'finish' }>;

export interface ModelPrompt {
  readonly system: string;
  readonly text: string;
  readonly answer: { readonly name: string; readonly schema: Json };
  readonly maxOutputTokens: number;
}

export interface Written {
  readonly text: string;
  /** `cut`: at the greatest number of tokens. `broken`: not in the way in which an answer ends. */
  readonly end: 'complete' | 'cut' | 'declined' | 'broken';
  readonly usage: TokenUsage | undefined;
}

/** Characters; a model that writes more is not answering. */
const LONGEST_ANSWER = 1_048_576;
/** No text has so many for each of its tokens: a provider that goes on has not heard of the limit it was given (Invariant 8). */
const MOST_CHARACTERS_PER_TOKEN = 64;

/**
 * Asks through the provider's client itself instead of the SDK's `streamText`, which would repeat, look up models by
 * name, report to telemetry and parse the answer anew with every word. No tools, no files, one request.
 */
export async function askModel(
  route: ProviderRoute,
  prompt: ModelPrompt,
  signal: AbortSignal,
  onText: (written: number) => void,
): Promise<Written> {
  const { stream } = await route.client.doStream({
    prompt: [
      { role: 'system', content: prompt.system },
      { role: 'user', content: [{ type: 'text', text: prompt.text }] },
    ],
    maxOutputTokens: prompt.maxOutputTokens,
    responseFormat: { type: 'json', name: prompt.answer.name, schema: prompt.answer.schema as object },
    abortSignal: signal,
    providerOptions: route.options,
  } satisfies CallOptions);
  const longest = Math.min(LONGEST_ANSWER, prompt.maxOutputTokens * MOST_CHARACTERS_PER_TOKEN);
  const pieces: string[] = [];
  let length = 0;
  let finish: Finish | undefined;
  for await (const part of stream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'finish') finish = part;
    if (part.type !== 'text-delta' && part.type !== 'reasoning-delta') continue;
    length += part.delta.length;
    if (length > longest) throw new EgressError('answer-invalid', `The answer is longer than ${longest} characters.`);
    if (part.type === 'text-delta') pieces.push(part.delta);
    onText(length);
  }
  return { text: pieces.join(''), end: endOf(finish), usage: finish && usageOf(finish, length) };
}

function endOf(finish: Finish | undefined): Written['end'] {
  switch (finish?.finishReason.unified) {
    case 'stop':
      return 'complete';
    case 'length':
      return 'cut';
    case 'content-filter':
      return 'declined';
    default:
      return 'broken';
  }
}

/**
 * Providers differ in which parts they tell; what is told by its total alone counts as the dearest part. A prompt has
 * tokens, and so has an answer that was `written`: who reports none has not counted.
 */
function usageOf({ usage: { inputTokens, outputTokens } }: Finish, written: number): TokenUsage {
  const { total: input, cacheRead = 0, cacheWrite = 0 } = inputTokens;
  const { total: output, reasoning = 0 } = outputTokens;
  return {
    input: input === undefined || input === 0 ? undefined : input - cacheRead - cacheWrite,
    cacheRead,
    cacheWrite,
    output: output === undefined || (output === 0 && written > 0) ? undefined : output - reasoning,
    reasoning,
  };
}
