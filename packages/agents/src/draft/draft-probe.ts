import * as z from 'zod';
import { exactText, portTextSchema } from './draft-text.ts';

const common = { id: exactText(64), deadlineSeconds: z.int().min(0).max(600).describe('0: one look') };

/** A read-only check as a model writes it. */
export const draftProbeSchema = z.discriminatedUnion('uses', [
  z.strictObject({
    uses: z.literal('command.probe@1'),
    argv: z.array(exactText(8192)).min(1).max(128).describe('a program that only reads'),
    exit: z.int().min(0).max(255),
    equals: exactText(4096).describe('standard output without white space around it; empty: not compared'),
    includes: exactText(4096).describe('empty: not looked for'),
    ...common,
  }),
  z.strictObject({
    uses: z.literal('listener.probe@1'),
    address: exactText(64).describe('empty: any'),
    port: portTextSchema,
    listening: z.boolean(),
    service: exactText(64).describe('the service of this plan that must own the socket; empty: anybody'),
    ...common,
  }),
  z.strictObject({
    uses: z.literal('http.probe@1'),
    url: exactText(2048),
    requests: z.int().min(1).max(100),
    status: z.int().min(100).max(599),
    includes: exactText(4096).describe('empty: not looked for'),
    ...common,
  }),
  z.strictObject({ uses: z.literal('file.probe@1'), path: exactText(4096), exists: z.boolean(), ...common }),
]);
export type DraftProbe = z.infer<typeof draftProbeSchema>;
