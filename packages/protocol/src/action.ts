import * as z from 'zod';
import { nameSchema, pathSchema, portSchema } from './name.ts';
import { argvSchema, environmentSchema } from './probe.ts';

/** Loopback addresses only: a sandbox has no other network. */
const loopbackSchema = z.string().regex(/^127\.(?:\d{1,3})\.(?:\d{1,3})\.(?:\d{1,3})$/);

export const limitsSchema = z.strictObject({
  memoryBytes: z.int().min(16_777_216).max(68_719_476_736),
  processes: z.int().min(8).max(4096),
  /** Share of one core, in percent: 200 = two cores. */
  cpuPercent: z.int().min(5).max(6400),
  workspaceBytes: z.int().min(1_048_576).max(68_719_476_736),
});
export type Limits = z.infer<typeof limitsSchema>;

/** The catalogue: what a step may do. Nothing outside it can be written into a plan. */
export const actionSchemas = {
  'sandbox.open@1': z.strictObject({
    hosts: z.record(nameSchema, loopbackSchema),
    limits: limitsSchema,
    /** Ports a stranger listens on from the beginning, to rehearse an overlap: really taken, by a process of its own. */
    occupiedPorts: z.array(portSchema).max(16).default([]),
  }),
  'sandbox.close@1': z.strictObject({}),
  'file.write@1': z.strictObject({
    path: pathSchema,
    content: z.string().max(262_144),
    mode: z
      .string()
      .regex(/^0[0-7]{3}$/)
      .default('0600'),
  }),
  'directory.make@1': z.strictObject({
    path: pathSchema,
    mode: z
      .string()
      .regex(/^0[0-7]{3}$/)
      .default('0700'),
  }),
  'path.remove@1': z.strictObject({ path: pathSchema }),
  'command.run@1': z.strictObject({
    argv: argvSchema,
    environment: environmentSchema.default({}),
    directory: pathSchema.default('/workspace'),
    stdin: z.string().max(262_144).optional(),
  }),
  'service.start@1': z.strictObject({
    name: nameSchema,
    argv: argvSchema,
    environment: environmentSchema.default({}),
    directory: pathSchema.default('/workspace'),
    /** The service counts as started when something of it listens here. */
    ready: z.strictObject({
      port: portSchema,
      address: loopbackSchema.default('127.0.0.1'),
      timeoutMs: z.int().min(100).max(300_000).default(30_000),
    }),
    /** Restarts after an unexpected end, with backoff; 0 = none. */
    restarts: z.int().min(0).max(20).default(0),
  }),
  'service.stop@1': z.strictObject({
    name: nameSchema,
    signal: z.enum(['SIGTERM', 'SIGINT', 'SIGQUIT']).default('SIGTERM'),
    graceMs: z.int().min(100).max(120_000).default(10_000),
  }),
  /** Free shell text. In the catalogue so that it can be named, refused or put before people. */
  'shell.exec@1': z.strictObject({ script: z.string().max(65_536) }),
} as const;

export type ActionName = keyof typeof actionSchemas;
export type ActionInput<Name extends ActionName> = z.infer<(typeof actionSchemas)[Name]>;

const call = <Name extends ActionName>(
  action: Name,
): z.ZodObject<{ action: z.ZodLiteral<Name>; with: (typeof actionSchemas)[Name] }, z.core.$strict> =>
  z.strictObject({ action: z.literal(action), with: actionSchemas[action] });

/** One action with its input. */
export const actionCallSchema = z.discriminatedUnion('action', [
  call('sandbox.open@1'),
  call('sandbox.close@1'),
  call('file.write@1'),
  call('directory.make@1'),
  call('path.remove@1'),
  call('command.run@1'),
  call('service.start@1'),
  call('service.stop@1'),
  call('shell.exec@1'),
]);
export type ActionCall = z.infer<typeof actionCallSchema>;
