import * as z from 'zod';
import { draftActionSchema, draftUndoSchema } from './draft-action.ts';
import { draftProbeSchema } from './draft-probe.ts';
import { exactText, keyText, namedTextSchema, shownText } from './draft-text.ts';

const inputName = keyText(64).describe('letters and digits, as in port or upstreamPort');

const draftInputSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('integer'),
    name: inputName,
    description: shownText(500),
    from: z.int().describe('least value'),
    to: z.int().describe('greatest value'),
    value: z.int(),
  }),
  z.strictObject({ type: z.literal('string'), name: inputName, description: shownText(500), value: exactText(4096) }),
]);
export type DraftInput = z.infer<typeof draftInputSchema>;

const draftStepSchema = z.strictObject({
  id: exactText(48).describe('lower case, digits and hyphens'),
  title: shownText(200),
  needs: z.array(exactText(64)).max(64).describe('ids of earlier steps; empty: the step before'),
  action: draftActionSchema,
  verify: z.array(draftProbeSchema).max(16).describe('what must be seen after the step, and was not so before it'),
  undo: draftUndoSchema,
  settings: z
    .array(z.strictObject({ resource: exactText(128), path: exactText(128), value: exactText(512) }))
    .max(32)
    .describe('values the step makes true'),
  timeoutSeconds: z.int().min(1).max(3600),
  onFailure: z.enum(['heal', 'undo']),
});
export type DraftStep = z.infer<typeof draftStepSchema>;

/** A playbook for one run, in the form a model can be held to: no open maps, nothing optional. */
export const draftSchema = z.strictObject({
  kind: z.literal('draft'),
  explanation: shownText(2000).describe('for the requester: what is done and why so'),
  title: shownText(200),
  outcome: shownText(2000).describe('what is true at the end'),
  inputs: z.array(draftInputSchema).max(32),
  hosts: z.array(z.strictObject({ name: keyText(64), address: exactText(64) })).max(16),
  limits: z.strictObject({
    memoryMegabytes: z.int().min(16).max(65_536),
    processes: z.int().min(8).max(4096),
    cpuPercent: z.int().min(5).max(6400),
    workspaceMegabytes: z.int().min(1).max(65_536),
  }),
  environment: z.array(namedTextSchema).max(64),
  successCriteria: z.array(draftProbeSchema).min(1).max(32).describe('fail now, succeed once the goal is reached'),
  steps: z.array(draftStepSchema).min(1).max(100),
});
export type Draft = z.infer<typeof draftSchema>;
