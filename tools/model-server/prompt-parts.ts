import type { ModelCall } from './brain.ts';

/** The data parts of a prompt by label, as the gateway writes them: between a BEGIN and an END with the same mark. */
export function partsOf({ messages }: Pick<ModelCall, 'messages'>): ReadonlyMap<string, string> {
  const text = messages.map((message) => message.text).join('\n\n');
  const parts = text.matchAll(/^BEGIN ([a-z][a-z0-9-]*) (\S+)\n([\s\S]*?)\nEND \1 \2$/gm);
  return new Map(Array.from(parts, ([, label = '', , content = '']) => [label, content]));
}
