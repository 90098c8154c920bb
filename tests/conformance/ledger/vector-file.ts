import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const hashText = z.string().transform((text) => Buffer.from(text, 'base64'));
const proof = z
  .array(hashText)
  .nullable()
  .transform((hashes) => hashes ?? []);

const schemas = {
  inclusion: z.object({ leafIdx: z.number(), treeSize: z.number(), root: hashText, leafHash: hashText, proof }),
  consistency: z.object({ size1: z.number(), size2: z.number(), root1: hashText, root2: hashText, proof }),
  'subtree-inclusion': z.object({
    leafIdx: z.number(),
    start: z.number(),
    end: z.number(),
    root: hashText,
    leafHash: hashText,
    proof,
  }),
  'subtree-consistency': z.object({
    start: z.number(),
    end: z.number(),
    size: z.number(),
    root1: hashText,
    root2: hashText,
    proof,
  }),
};

/** One vector of transparency-dev/merkle. */
export async function readVector<Kind extends keyof typeof schemas>(
  folder: string,
  { kind, file, vector }: { readonly kind: Kind; readonly file?: string | undefined; readonly vector?: unknown },
): Promise<z.output<(typeof schemas)[Kind]>> {
  const value: unknown = file === undefined ? vector : JSON.parse(await readFile(join(folder, file), 'utf8'));
  return schemas[kind].parse(value) as z.output<(typeof schemas)[Kind]>;
}
