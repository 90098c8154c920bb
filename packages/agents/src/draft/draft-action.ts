import * as z from 'zod';
import { exactText, namedTextSchema, portTextSchema } from './draft-text.ts';

const path = exactText(4096).describe('absolute path below /workspace');
const argv = z
  .array(exactText(8192))
  .min(1)
  .max(128)
  .describe('program and arguments, one word each; there is no shell');
const environment = z.array(namedTextSchema).max(64).describe('besides the environment of the whole draft');

const writeFile = z.strictObject({
  uses: z.literal('file.write@1'),
  path,
  content: exactText(65_536),
  mode: exactText(4).describe('octal, as in 0600'),
});
const makeDirectory = z.strictObject({ uses: z.literal('directory.make@1'), path });
const removePath = z.strictObject({ uses: z.literal('path.remove@1'), path });
const runCommand = z.strictObject({
  uses: z.literal('command.run@1'),
  argv,
  environment,
  stdin: exactText(65_536).describe('empty: none'),
});
const startService = z.strictObject({
  uses: z.literal('service.start@1'),
  name: exactText(64),
  argv,
  environment,
  address: exactText(64).describe('loopback address it must listen on before it counts as started'),
  port: portTextSchema,
  readySeconds: z.int().min(1).max(300),
});
const stopService = z.strictObject({
  uses: z.literal('service.stop@1'),
  name: exactText(64),
  signal: z.enum(['SIGTERM', 'SIGINT', 'SIGQUIT']),
  graceSeconds: z.int().min(1).max(120),
});

const actions = [writeFile, makeDirectory, removePath, runCommand, startService, stopService] as const;

/** The catalogue as a model is offered it: free shell text is not in it, and the sandbox is opened for it. */
export const draftActionSchema = z.discriminatedUnion('uses', actions);
export type DraftAction = z.infer<typeof draftActionSchema>;

export const draftUndoSchema = z.discriminatedUnion('uses', [
  ...actions,
  z.strictObject({ uses: z.literal('none'), reason: exactText(512).min(1) }),
]);
export type DraftUndo = z.infer<typeof draftUndoSchema>;
