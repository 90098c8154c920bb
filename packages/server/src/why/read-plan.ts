import { planSchema, type Digest, type Plan } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import type { Documents } from '../store/documents.ts';

/** The plan of a motion; undefined when it was shredded, or never stored. */
export async function readPlan(documents: Documents, run: string, motion: Digest): Promise<Plan | undefined> {
  try {
    const bytes = await documents.bytes(run, 'plan', motion);
    return bytes && planSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    if (error instanceof ServerError && error.code === 'document-shredded') return undefined;
    throw error;
  }
}
