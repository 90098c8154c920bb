import { jsonSchema, type Json } from '@duovir/protocol';
import * as z from 'zod';
import { contentSchema, titleOf } from './content.ts';
import { serverSentEvent, type Answer, type WireFormat } from './format.ts';

const contentsSchema = z.looseObject({ role: z.string().optional(), parts: contentSchema });
const bodySchema = z.looseObject({
  contents: z.array(contentsSchema),
  systemInstruction: contentsSchema.optional(),
  generationConfig: z
    .looseObject({ responseJsonSchema: jsonSchema.optional(), responseSchema: jsonSchema.optional() })
    .optional(),
  tools: z
    .array(z.looseObject({ functionDeclarations: z.array(z.looseObject({ name: z.string() })).default([]) }))
    .default([]),
});

const MODEL_PATH = /\/models\/(?<model>[^/:]+):(?<method>generateContent|streamGenerateContent)$/;
const FINISH = { stop: 'STOP', length: 'MAX_TOKENS', 'tool-calls': 'STOP', refusal: 'SAFETY' } as const;

/** Google's generateContent, for Gemini and Vertex AI. */
export const google: WireFormat = {
  name: 'google-generate',
  serves: (path) => MODEL_PATH.test(path),
  read: (json, path) => {
    const body = bodySchema.parse(json);
    const groups = MODEL_PATH.exec(path)?.groups;
    const schema = body.generationConfig?.responseJsonSchema ?? body.generationConfig?.responseSchema;
    return {
      model: groups?.['model'] ?? '',
      system: body.systemInstruction?.parts ?? '',
      messages: body.contents.map(({ role, parts }) => ({ role: role ?? 'user', text: parts })),
      schema,
      schemaName: titleOf(schema),
      tools: body.tools.flatMap(({ functionDeclarations }) => functionDeclarations.map(({ name }) => name)),
      streams: groups?.['method'] === 'streamGenerateContent',
      answerTool: undefined,
      wantsUsage: true,
    };
  },
  document: (answer) => chunk(answer, everyPart(answer), true),
  events: (answer) => [
    ...answer.pieces.map((text) => serverSentEvent(chunk(answer, [{ text }], false))),
    serverSentEvent(chunk(answer, calls(answer), true)),
  ],
  problem: (status, message) => ({ error: { code: status, message, status: STATUS[status] ?? 'INTERNAL' } }),
};

const STATUS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
};

function calls({ toolCalls }: Answer): Json[] {
  return toolCalls.map(({ name, input }) => ({ functionCall: { name, args: input } }));
}

function everyPart(answer: Answer): Json[] {
  const text = answer.pieces.join('');
  return [...(text === '' ? [] : [{ text }]), ...calls(answer)];
}

function chunk({ number, finish, usage, model }: Answer, content: Json[], isLast: boolean): Json {
  return {
    responseId: `google-${number}`,
    modelVersion: model,
    candidates: [
      { index: 0, content: { role: 'model', parts: content }, ...(isLast && { finishReason: FINISH[finish] }) },
    ],
    ...(isLast &&
      usage && {
        usageMetadata: {
          promptTokenCount: usage.inputTokens,
          cachedContentTokenCount: usage.cachedInputTokens,
          candidatesTokenCount: usage.outputTokens - usage.reasoningTokens,
          thoughtsTokenCount: usage.reasoningTokens,
          totalTokenCount: usage.inputTokens + usage.outputTokens,
        },
      }),
  };
}
