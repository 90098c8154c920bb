import * as z from 'zod';

const processStatusSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['waiting', 'starting', 'ready', 'restarting', 'failed', 'stopping', 'stopped']),
  pid: z.int().nullable(),
  restarts: z.int(),
  /** Why it is not ready; null when it is. */
  reason: z.string().nullable(),
});
export type ProcessStatus = z.infer<typeof processStatusSchema>;

/** How agents are kept apart: each in a cell under a user id of its own, each in a cell of one user, or not at all. */
const cellsKindSchema = z.enum(['own-uids', 'one-uid', 'none']);
export type CellsKind = z.infer<typeof cellsKindSchema>;

/** GET /v1/status of the supervisor. */
export const supervisorStatusSchema = z.strictObject({
  pid: z.int(),
  state: z.string(),
  url: z.string(),
  startedAt: z.string(),
  cells: cellsKindSchema,
  /** Without one, neither runner nor attestor are there: plans are debated and none is executed. */
  sandbox: z.boolean(),
  processes: z.array(processStatusSchema),
});
export type SupervisorStatus = z.infer<typeof supervisorStatusSchema>;

export function isReady(status: SupervisorStatus): boolean {
  return status.processes.every(({ kind }) => kind === 'ready');
}

export const familyMemberSchema = z.strictObject({
  pid: z.int(),
  parent: z.int(),
  startTime: z.string(),
  name: z.string(),
});
/** Answer of POST /v1/down: whoever belongs to this installation and has to be gone in the end. */
export const downAnswerSchema = z.strictObject({ family: z.array(familyMemberSchema) });
