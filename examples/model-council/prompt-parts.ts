import type { ModelCall } from '../../tools/model-server/brain.ts';

/** The data parts of a prompt by label, as the gateway writes them: between a BEGIN and an END with the same mark. */
export function partsOf({ messages }: Pick<ModelCall, 'messages'>): ReadonlyMap<string, string> {
  const text = messages.map((message) => message.text).join('\n\n');
  const parts = text.matchAll(/^BEGIN ([a-z][a-z0-9-]*) (\S+)\n([\s\S]*?)\nEND \1 \2$/gm);
  return new Map(Array.from(parts, ([, label = '', , content = '']) => [label, content]));
}

/** What stands in the part; empty where there is none. */
export function partNamed(call: Pick<ModelCall, 'messages'>, label: string): string {
  return partsOf(call).get(label) ?? '';
}

export interface ShownStep {
  readonly pointer: string;
  readonly id: string;
  readonly action: string;
  /** A file's content; empty where the step writes none. */
  readonly content: string;
  readonly json: string;
}

/** The steps of a plan as the prompt shows it: one line each, a JSON pointer and what stands there. */
export function stepsOf(plan: string): ShownStep[] {
  return Array.from(plan.matchAll(/^(\/steps\/\d+) (\{.*\})$/gm), ([, pointer = '', json = '']) => {
    const step = JSON.parse(json) as { id: string; call: { action: string; with: { content?: string } } };
    return { pointer, id: step.id, action: step.call.action, content: step.call.with.content ?? '', json };
  });
}
