import { recordDatabase, startPostgres } from '@duovir/server';
import type { StateDirectory } from '@duovir/principal';
import { LogFile } from './log-file.ts';
import type { Running } from './supervised.ts';

/** Small: one server with a handful of connections, on a workstation. */
const settings = { shared_buffers: '32MB', max_connections: '60', jit: 'off' };

export async function startDatabase(state: StateDirectory, logPath: string): Promise<Running> {
  const log = new LogFile(logPath);
  const postgres = await startPostgres({
    directory: state.postgres,
    onLog: (line) => log.write(`${line}\n`),
    settings,
  });
  recordDatabase(state, postgres);
  return {
    pid: postgres.pid,
    ready: Promise.resolve(),
    ended: postgres.exited.then(() => `it ended; see ${logPath}`),
    stop: () => postgres.stop(),
  };
}
