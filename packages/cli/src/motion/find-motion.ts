import type { MotionView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { CliError } from '../error.ts';
import { plainText } from '../terminal/text.ts';

const LIST = 'List the motions of a run with `duovir motion list <run>`.';

/** The only motion whose digest begins so. */
export async function findMotion(client: Client, id: string): Promise<MotionView> {
  const prefix = id.startsWith('sha256:') ? id : `sha256:${id}`;
  if (!/^sha256:[0-9a-f]{6,64}$/.test(prefix))
    throw new CliError('usage', `${plainText(id)} is not the digest of a motion.`, LIST);
  const found: MotionView[] = [];
  for await (const { id: run } of client.runs())
    found.push(...(await client.motions(run)).filter(({ digest }) => digest.startsWith(prefix)));
  const [motion] = found;
  if (!motion) throw new CliError('not-found', `There is no motion ${prefix}.`, LIST);
  if (found.length > 1)
    throw new CliError('usage', `${found.length} motions begin with ${prefix}.`, 'Write more of it.');
  return motion;
}
