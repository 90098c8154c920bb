import type { ModelCall } from '../../tools/model-server/brain.ts';
import { partsOf } from '../../tools/model-server/prompt-parts.ts';

/** What stands in the part; empty where there is none. */
export function partNamed(call: Pick<ModelCall, 'messages'>, label: string): string {
  return partsOf(call).get(label) ?? '';
}

/** Structured data of a prompt, as its lines show it: each value by its JSON pointer. */
export function valuesOf(part: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let last = '';
  for (const line of part.split('\n')) {
    const [, at, first = ''] = /^\[(\/[^\]]*)\] ?(.*)$/.exec(line) ?? [];
    if (at !== undefined) values.set((last = at), first);
    else if (line.startsWith('| ')) values.set(last, `${values.get(last) ?? ''}${line.slice(2)}\n`);
  }
  return values;
}

export interface ShownStep {
  readonly pointer: string;
  readonly id: string;
  /** What the step executes or writes, by JSON pointer. */
  readonly call: ReadonlyMap<string, string>;
}

/** The steps of a plan as the prompt shows it. */
export function stepsOf(plan: string): ShownStep[] {
  const values = [...valuesOf(plan)];
  return values.flatMap(([at, id]) => {
    const pointer = /^(\/steps\/\d+)\/id$/.exec(at)?.[1];
    if (pointer === undefined) return [];
    return [{ pointer, id, call: new Map(values.filter(([place]) => place.startsWith(`${pointer}/call/`))) }];
  });
}
