import { nameSchema } from '@duovir/protocol';
import * as z from 'zod';

/** `pack.yaml` */
export const packSchema = z.strictObject({
  apiVersion: z.literal('duovir/v1'),
  kind: z.literal('Pack'),
  metadata: z.strictObject({
    id: nameSchema.describe('The name of the folder.'),
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    title: z.string().min(1).max(200),
    owner: z.string().min(1).max(128),
  }),
});
