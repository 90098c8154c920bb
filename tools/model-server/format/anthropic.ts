import { jsonSchema, type Json } from '@duovir/protocol';
import * as z from 'zod';
import { contentSchema, titleOf } from './content.ts';
import { serverSentEvent, type Answer, type WireFormat } from './format.ts';

const bodySchema = z.looseObject({
  model: z.string(),
  system: contentSchema.default(''),
  messages: z.array(z.looseObject({ role: z.string(), content: contentSchema })),
  stream: z.boolean().default(false),
  tools: z.array(z.looseObject({ name: z.string(), input_schema: jsonSchema.optional() })).default([]),
  tool_choice: z.looseObject({ type: z.string() }).optional(),
  output_config: z
    .looseObject({ format: z.looseObject({ type: z.string(), schema: jsonSchema }).optional() })
    .optional(),
});

const FINISH = { stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use', refusal: 'refusal' } as const;
/** Clients that may not ask for a schema offer one tool of this name and force its use. */
const ANSWER_TOOL = 'json';

/** Anthropic's messages. */
export const anthropic: WireFormat = {
  name: 'anthropic-messages',
  serves: (path) => path.endsWith('/messages'),
  read: (json) => {
    const body = bodySchema.parse(json);
    const answerTool =
      body.tool_choice?.type === 'any' ? body.tools.find(({ name }) => name === ANSWER_TOOL) : undefined;
    const schema = body.output_config?.format?.schema ?? answerTool?.input_schema;
    return {
      model: body.model,
      system: body.system,
      messages: body.messages.map(({ role, content }) => ({ role, text: content })),
      schema,
      schemaName: titleOf(schema),
      tools: body.tools.map(({ name }) => name).filter((name) => name !== answerTool?.name),
      streams: body.stream,
      answerTool: answerTool?.name,
      wantsUsage: true,
    };
  },
  document: (answer) => ({
    ...head(answer),
    content: blocks(answer),
    stop_reason: FINISH[answer.finish],
    ...usageField(answer),
  }),
  events: (answer) => [
    named('message_start', { message: { ...head(answer), content: [], stop_reason: null, ...startUsage(answer) } }),
    named('ping', {}),
    ...blocks(answer).flatMap((block, index) => blockEvents(answer, block, index)),
    named('message_delta', {
      delta: { stop_reason: FINISH[answer.finish], stop_sequence: null },
      usage: { output_tokens: answer.usage?.outputTokens ?? 0 },
    }),
    named('message_stop', {}),
  ],
  problem: (status, message) => ({ type: 'error', error: { type: problemType(status), message } }),
};

type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: Json };

function head({ number, model }: Answer): { [key: string]: Json } {
  return { id: `msg_${number}`, type: 'message', role: 'assistant', model, stop_sequence: null };
}

function blocks({ number, pieces, toolCalls }: Answer): Block[] {
  const text = pieces.join('');
  const calls = toolCalls.map(({ name, input }, index) => ({
    type: 'tool_use' as const,
    id: `toolu_${number}_${index}`,
    name,
    input,
  }));
  return text === '' && calls.length > 0 ? calls : [{ type: 'text', text }, ...calls];
}

function blockEvents({ pieces }: Answer, block: Block, index: number): string[] {
  const started: Json = block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
  const deltas: readonly Json[] =
    block.type === 'text'
      ? pieces.map((text) => ({ type: 'text_delta', text }))
      : [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }];
  return [
    named('content_block_start', { index, content_block: started }),
    ...deltas.map((delta) => named('content_block_delta', { index, delta })),
    named('content_block_stop', { index }),
  ];
}

function named(type: string, value: { readonly [key: string]: Json }): string {
  return serverSentEvent({ type, ...value }, type);
}

function usageField({ usage }: Answer): { [key: string]: Json } {
  if (usage === undefined) return {};
  return {
    usage: {
      input_tokens: usage.inputTokens - usage.cachedInputTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: usage.cachedInputTokens,
      output_tokens: usage.outputTokens,
    },
  };
}

/** A stream begins with what was read and with one token written. */
function startUsage(answer: Answer): { [key: string]: Json } {
  return usageField({ ...answer, usage: answer.usage && { ...answer.usage, outputTokens: 1 } });
}

function problemType(status: number): string {
  if (status === 429) return 'rate_limit_error';
  if (status === 529) return 'overloaded_error';
  return status < 500 ? 'invalid_request_error' : 'api_error';
}
