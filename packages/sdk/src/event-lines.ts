import { textParts } from './text-parts.ts';

/** One message of an event stream (WHATWG HTML, server-sent events). */
export interface StreamMessage {
  readonly id: string | undefined;
  readonly data: string;
}

/** Messages of a `text/event-stream` body; comments and messages without data are left out. */
export async function* streamMessages(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamMessage> {
  for await (const part of textParts(body, /\r\n\r\n|\n\n|\r\r/)) {
    const message = parse(part);
    if (message) yield message;
  }
}

function parse(block: string): StreamMessage | undefined {
  const data: string[] = [];
  let id: string | undefined;
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [field = '', value = ''] = line.split(/: ?(.*)/s);
    if (field === 'data') data.push(value);
    if (field === 'id') id = value;
  }
  return data.length === 0 ? undefined : { id, data: data.join('\n') };
}
