import { jsonSchema, type Json } from '@duovir/protocol';
import * as z from 'zod';
import { contentSchema, titleOf } from './content.ts';
import { serverSentEvent, type Answer, type WireFormat } from './format.ts';
import { openaiProblem } from './openai-problem.ts';

const inputItemSchema = z.looseObject({
  role: z.string().optional(),
  type: z.string().optional(),
  content: contentSchema.optional(),
  output: contentSchema.optional(),
});
const bodySchema = z.looseObject({
  model: z.string(),
  instructions: z.string().nullish(),
  input: z.union([z.string().transform((text) => [{ role: 'user', content: text }]), z.array(inputItemSchema)]),
  stream: z.boolean().default(false),
  text: z
    .looseObject({
      format: z
        .looseObject({ type: z.string(), name: z.string().optional(), schema: jsonSchema.optional() })
        .optional(),
    })
    .optional(),
  tools: z.array(z.looseObject({ type: z.string(), name: z.string().optional() })).default([]),
});

type StreamEvent = { readonly type: string; readonly [key: string]: Json };
type Item = z.output<typeof inputItemSchema>;
const isInstruction = ({ role }: Item): boolean => role === 'system' || role === 'developer';
const textOf = (item: Item): string => item.content ?? item.output ?? '';

/** OpenAI's responses, the default of OpenAI's provider in the AI SDK. */
export const openaiResponses: WireFormat = {
  name: 'openai-responses',
  serves: (path) => path.endsWith('/responses'),
  read: (json) => {
    const body = bodySchema.parse(json);
    const input: readonly Item[] = body.input;
    const format = body.text?.format;
    return {
      model: body.model,
      system: [body.instructions ?? '', ...input.filter(isInstruction).map(textOf)].filter(Boolean).join('\n'),
      messages: input
        .filter((item) => !isInstruction(item))
        .map((item) => ({ role: item.role ?? item.type ?? 'user', text: textOf(item) })),
      schema: format?.schema,
      schemaName: format?.name ?? titleOf(format?.schema),
      tools: body.tools.map((tool) => tool.name ?? tool.type),
      streams: body.stream,
      answerTool: undefined,
      wantsUsage: true,
    };
  },
  document: (answer) => ({ ...response(answer, status(answer)), output: items(answer, 'completed') }),
  events: (answer) => events(answer).map((event, index) => numbered(event, index)),
  problem: openaiProblem,
};

function status({ finish }: Answer): string {
  return finish === 'length' ? 'incomplete' : 'completed';
}

function response(answer: Answer, state: string): { [key: string]: Json } {
  const { number, created, model, finish, usage } = answer;
  return {
    id: `resp_${number}`,
    object: 'response',
    created_at: created,
    status: state,
    error: null,
    incomplete_details: state === 'incomplete' && finish === 'length' ? { reason: 'max_output_tokens' } : null,
    model,
    output: [],
    ...(usage && state !== 'in_progress' && { usage: usageOf(usage) }),
  };
}

function items(answer: Answer, state: string): Json[] {
  const { number, pieces, toolCalls, finish } = answer;
  const text = pieces.join('');
  const part =
    finish === 'refusal' ? { type: 'refusal', refusal: text } : { type: 'output_text', text, annotations: [] };
  const spoken = { type: 'message', id: `msg_${number}`, status: state, role: 'assistant', content: [part] };
  const calls = toolCalls.map(({ name, input }, index) => ({
    type: 'function_call',
    id: `fc_${number}_${index}`,
    call_id: `call_${number}_${index}`,
    name,
    arguments: JSON.stringify(input),
    status: state,
  }));
  return pieces.length > 0 || toolCalls.length === 0 ? [spoken, ...calls] : calls;
}

function events(answer: Answer): StreamEvent[] {
  const final = `response.${status(answer)}`;
  return [
    { type: 'response.created', response: response(answer, 'in_progress') },
    ...items(answer, 'completed').flatMap((item, index) => itemEvents(answer, item, index)),
    { type: final, response: { ...response(answer, status(answer)), output: items(answer, 'completed') } },
  ];
}

function itemEvents(answer: Answer, item: Json, index: number): StreamEvent[] {
  const at = { output_index: index };
  const done = { type: 'response.output_item.done', ...at, item };
  const call = z.looseObject({ id: z.string(), type: z.string(), arguments: z.string().optional() }).parse(item);
  if (call.arguments !== undefined) {
    const started = { ...call, arguments: '', status: 'in_progress' } as Json;
    return [
      { type: 'response.output_item.added', ...at, item: started },
      { type: 'response.function_call_arguments.delta', item_id: call.id, ...at, delta: call.arguments },
      { type: 'response.function_call_arguments.done', item_id: call.id, ...at, arguments: call.arguments },
      done,
    ];
  }
  const kind = answer.finish === 'refusal' ? 'refusal' : 'output_text';
  return [
    { type: 'response.output_item.added', ...at, item: { ...call, content: [], status: 'in_progress' } as Json },
    ...answer.pieces.map((delta) => ({
      type: `response.${kind}.delta`,
      item_id: call.id,
      ...at,
      content_index: 0,
      delta,
    })),
    done,
  ];
}

function numbered(event: StreamEvent, index: number): string {
  return serverSentEvent({ ...event, sequence_number: index }, event.type);
}

function usageOf(usage: NonNullable<Answer['usage']>): Json {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedInputTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
