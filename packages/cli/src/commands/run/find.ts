import type { RunView } from '@duovir/protocol';
import { runIdSchema } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { CliError } from '../../error.ts';
import { plainText } from '../../terminal/text.ts';

const LIST = 'List the runs with `duovir run list`.';

/** The run of that id, or the only one whose id begins so. */
export async function findRun(client: Client, id: string): Promise<RunView> {
  if (runIdSchema.safeParse(id).success) return client.run(id);
  const prefix = id.startsWith('run-') ? id : `run-${id}`;
  if (!/^run-[a-z2-7]{1,20}$/.test(prefix))
    throw new CliError('usage', `${plainText(id)} is not the id of a run.`, LIST);
  const found: RunView[] = [];
  for await (const run of client.runs()) if (run.id.startsWith(prefix)) found.push(run);
  const [run] = found;
  if (!run) throw new CliError('not-found', `There is no run ${prefix}.`, LIST);
  if (found.length > 1)
    throw new CliError('usage', `${found.length} runs begin with ${prefix}.`, 'Write more of the id.');
  return run;
}
