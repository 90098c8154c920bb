import { jsonSchema, type Json } from '@duovir/protocol';
import { answerFrom } from './answer.ts';
import type { Brain, ModelCall } from './brain.ts';
import type { Delivery } from './delivery.ts';
import type { Question, WireFormat } from './format/format.ts';
import { formatOf } from './format/formats.ts';
import type { ReceivedRequest } from './received-request.ts';
import type { Circumstances } from './server.ts';
import { replySchema, type CheckedReply, type SpokenReply } from './reply.ts';

/** What is sent in answer to a request, or that nothing ever is. */
export async function respond(
  received: ReceivedRequest,
  brain: Brain,
  { attempt, now }: Circumstances,
): Promise<Delivery | 'never'> {
  const path = new URL(received.path, 'http://model').pathname;
  const format = formatOf(path);
  if (format === undefined || received.method !== 'POST')
    return document(404, { error: { message: `There is no ${received.method} ${path}.` } });
  const read = readRequest(received, format, path);
  if (read.kind === 'unreadable') return problem(format, 400, read.why);
  const { question, body } = read;
  const reply = await askBrain(brain, { ...question, format: format.name, prompt: promptOf(question), body, attempt });
  return deliveryOf(reply, format, (said) => {
    const requestBytes = received.body.length;
    const answer = answerFrom(said, { number: received.number, question, requestBytes, now });
    if (!question.streams) return { ...document(200, format.document(answer)), pace: said.pace };
    return {
      ...document(200, null),
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' },
      pieces: format.events(answer, question),
      filler: ': \n\n',
      pace: said.pace,
    };
  });
}

type ReadRequest =
  | { readonly kind: 'read'; readonly question: Question; readonly body: Json }
  | { readonly kind: 'unreadable'; readonly why: string };

function readRequest({ body: bytes }: ReceivedRequest, format: WireFormat, path: string): ReadRequest {
  try {
    const body = jsonSchema.parse(JSON.parse(bytes.toString('utf8')));
    return { kind: 'read', question: format.read(body, path), body };
  } catch (error) {
    return { kind: 'unreadable', why: reasonOf(error) };
  }
}

/** A script that has no answer is a fault of the script, and the client is told so. */
async function askBrain(brain: Brain, call: ModelCall): Promise<CheckedReply> {
  try {
    return replySchema.parse(await brain(call));
  } catch (error) {
    return { kind: 'status', status: 500, message: reasonOf(error) };
  }
}

function deliveryOf(
  reply: CheckedReply,
  format: WireFormat,
  spoken: (said: SpokenReply) => Delivery,
): Delivery | 'never' {
  switch (reply.kind) {
    case 'hang':
      return 'never';
    case 'status':
      return problem(format, reply.status, reply.message, reply.retryAfterSeconds);
    case 'garbage':
      return { ...document(200, null), pieces: [reply.text] };
    case 'drop':
      return { ...spoken(reply.answer), cut: { afterBytes: reply.afterBytes, how: 'break' } };
    case 'truncate':
      return { ...spoken(reply.answer), cut: { afterBytes: reply.afterBytes, how: 'end' } };
    default:
      return spoken(reply);
  }
}

function promptOf({ system, messages }: Question): string {
  return [system, ...messages.map(({ text }) => text)].filter(Boolean).join('\n\n');
}

function problem(format: WireFormat, status: number, message: string, retryAfterSeconds?: number): Delivery {
  const delivery = document(status, format.problem(status, message));
  if (retryAfterSeconds === undefined) return delivery;
  return { ...delivery, headers: { ...delivery.headers, 'retry-after': String(retryAfterSeconds) } };
}

function document(status: number, value: Json): Delivery {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    pieces: [JSON.stringify(value)],
    filler: ' ',
    pace: undefined,
    cut: undefined,
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
