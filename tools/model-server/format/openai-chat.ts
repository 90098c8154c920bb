import { jsonSchema, type Json } from '@duovir/protocol';
import * as z from 'zod';
import { contentSchema, titleOf } from './content.ts';
import { serverSentEvent, type Answer, type WireFormat } from './format.ts';
import { openaiProblem } from './openai-problem.ts';

const bodySchema = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: contentSchema.optional() })),
  stream: z.boolean().default(false),
  stream_options: z.looseObject({ include_usage: z.boolean().default(false) }).optional(),
  response_format: z
    .looseObject({ type: z.string(), json_schema: z.looseObject({ name: z.string(), schema: jsonSchema }).optional() })
    .optional(),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).default([]),
});

const FINISH = { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls', refusal: 'stop' } as const;
const isInstruction = (role: string): boolean => role === 'system' || role === 'developer';

/** OpenAI's chat completions, which vLLM, Ollama, llama.cpp and others speak too. */
export const openaiChat: WireFormat = {
  name: 'openai-chat',
  serves: (path) => path.endsWith('/chat/completions'),
  read: (json) => {
    const body = bodySchema.parse(json);
    const messages = body.messages.map(({ role, content }) => ({ role, text: content ?? '' }));
    const format = body.response_format?.json_schema;
    return {
      model: body.model,
      system: messages.flatMap(({ role, text }) => (isInstruction(role) ? [text] : [])).join('\n'),
      messages: messages.filter(({ role }) => !isInstruction(role)),
      schema: format?.schema,
      schemaName: format?.name ?? titleOf(format?.schema),
      tools: body.tools.map((tool) => tool.function.name),
      streams: body.stream,
      answerTool: undefined,
      wantsUsage: body.stream_options?.include_usage ?? false,
    };
  },
  document: (answer) => ({
    ...head(answer, 'chat.completion'),
    choices: [{ index: 0, message: message(answer), logprobs: null, finish_reason: FINISH[answer.finish] }],
    ...(answer.usage && { usage: usageOf(answer.usage) }),
  }),
  events: (answer, { wantsUsage }) => [
    ...deltas(answer).map((delta) => serverSentEvent(chunk(answer, delta, null))),
    serverSentEvent(chunk(answer, {}, FINISH[answer.finish])),
    ...(wantsUsage && answer.usage
      ? [serverSentEvent({ ...head(answer, 'chat.completion.chunk'), choices: [], usage: usageOf(answer.usage) })]
      : []),
    'data: [DONE]\n\n',
  ],
  problem: openaiProblem,
};

function head({ number, created, model }: Answer, object: string): { [key: string]: Json } {
  return { id: `chatcmpl-${number}`, object, created, model };
}

function message({ pieces, toolCalls, finish }: Answer): Json {
  const text = pieces.join('');
  return {
    role: 'assistant',
    content: finish === 'refusal' || (text === '' && toolCalls.length > 0) ? null : text,
    refusal: finish === 'refusal' ? text : null,
    ...(toolCalls.length > 0 && { tool_calls: toolCalls.map((_, index) => toolCall(toolCalls, index)) }),
  };
}

function toolCall(toolCalls: Answer['toolCalls'], index: number): { [key: string]: Json } {
  const call = toolCalls[index];
  return {
    id: `call_${index}`,
    type: 'function',
    function: { name: call?.name ?? '', arguments: JSON.stringify(call?.input) },
  };
}

function deltas({ pieces, toolCalls, finish }: Answer): Json[] {
  const field = finish === 'refusal' ? 'refusal' : 'content';
  return [
    { role: 'assistant', content: '' },
    ...pieces.map((piece) => ({ [field]: piece })),
    ...toolCalls.map((_, index) => ({ tool_calls: [{ index, ...toolCall(toolCalls, index) }] })),
  ];
}

function chunk(answer: Answer, delta: Json, finish: string | null): Json {
  return { ...head(answer, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason: finish }] };
}

function usageOf(usage: NonNullable<Answer['usage']>): Json {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedInputTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  };
}
