/** One message of an event stream (WHATWG HTML, server-sent events). */
export interface StreamMessage {
  readonly id: string | undefined;
  readonly data: string;
}

/** Messages of a `text/event-stream` body; comments and messages without data are left out. */
export async function* streamMessages(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamMessage> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const parts = (rest + value).split(/\r\n\r\n|\n\n|\r\r/);
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const message = parse(part);
        if (message) yield message;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
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
