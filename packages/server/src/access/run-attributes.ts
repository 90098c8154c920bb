import { dataClassSchema, environmentNameSchema, nameSchema } from '@duovir/protocol';
import * as z from 'zod';
import type { Database } from '../store/database.ts';

const attributesSchema = z.object({
  id: z.string(),
  requester: nameSchema,
  environment: environmentNameSchema,
  dataClass: dataClassSchema,
  /** The highest of the motions so far, empty before the first. */
  riskClass: z.string(),
});
export type RunAttributes = z.infer<typeof attributesSchema>;

/** What access to runs depends on. Those that do not exist are not in the answer. */
export async function runAttributes(
  database: Database,
  runs: readonly string[],
): Promise<ReadonlyMap<string, RunAttributes>> {
  const rows = await database.query(
    `select id, requester, accepted->'request'->>'environment' as environment,
       accepted->'request'->>'dataClass' as "dataClass",
       coalesce((select max(risk_class) from duovir.motion where motion.run = run.id), '') as "riskClass"
     from duovir.run where id = any($1)`,
    [runs],
  );
  return new Map(rows.map((row) => attributesSchema.parse(row)).map((attributes) => [attributes.id, attributes]));
}
