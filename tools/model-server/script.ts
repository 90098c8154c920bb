import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Brain, ModelCall } from './brain.ts';
import { replySchema } from './reply.ts';

const ruleSchema = z.strictObject({
  /** All that is named must hold; nothing named holds always. */
  when: z
    .strictObject({
      model: z.string().optional(),
      /** Name of the schema that is asked for. */
      schema: z.string().optional(),
      /** Somewhere in what the model is given to read; with several, each of them. */
      includes: z.union([z.string(), z.array(z.string())]).optional(),
      /** The how manieth call, from 1, for which the rest of this rule holds. */
      call: z.int().positive().optional(),
    })
    .prefault({}),
  reply: replySchema,
});

/** Rules in their order: the first that holds answers. */
const scriptSchema = z.strictObject({ rules: z.array(ruleSchema).min(1) });
export type Script = z.input<typeof scriptSchema>;

/** Answers by the rules of a script. A call for which none holds is an error: nothing is made up. */
export function scriptedBrain(script: Script): Brain {
  const rules = scriptSchema.parse(script).rules.map((rule) => ({ ...rule, calls: 0 }));
  return (call) => {
    for (const rule of rules) {
      if (!holds(rule.when, call)) continue;
      rule.calls += 1;
      if (rule.when.call === undefined || rule.when.call === rule.calls) return rule.reply;
    }
    throw new Error(`No rule of the script answers model ${call.model} asked for ${call.schemaName ?? 'free text'}.`);
  };
}

function holds(when: z.output<typeof ruleSchema>['when'], call: ModelCall): boolean {
  return (
    (when.model === undefined || when.model === call.model) &&
    (when.schema === undefined || when.schema === call.schemaName) &&
    [when.includes ?? []].flat().every((text) => call.prompt.includes(text))
  );
}

/** A script from a file: rules as YAML or JSON, or a module that exports a function `brain`. */
export async function loadBrain(file: string): Promise<Brain> {
  if (['.ts', '.mjs', '.js'].includes(extname(file))) {
    const module: unknown = await import(pathToFileURL(resolve(file)).href);
    return z.object({ brain: z.custom<Brain>((value) => typeof value === 'function') }).parse(module).brain;
  }
  return scriptedBrain(scriptSchema.parse(parse(await readFile(file, 'utf8'))));
}
