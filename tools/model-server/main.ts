// node tools/model-server/main.ts --script FILE | --replay FOLDER | --record FOLDER --upstream URL
//   [--port N] [--socket PATH] [--requests FILE]
// Prints its address and serves until it is told to end. `--requests` appends every request to a file, one JSON a line.
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startCassetteServer } from './cassette-server.ts';
import { startModelServer } from './model-server.ts';
import { withoutCredentials } from './received-request.ts';
import { loadBrain } from './script.ts';
import type { ModelServer, ServerOptions } from './server.ts';

const USAGE =
  'usage: main.ts --script FILE | --replay FOLDER | --record FOLDER --upstream URL [--port N] [--socket PATH] [--requests FILE]\n';

const { values } = parseArgs({
  options: {
    script: { type: 'string' },
    replay: { type: 'string' },
    record: { type: 'string' },
    upstream: { type: 'string' },
    port: { type: 'string', default: '0' },
    socket: { type: 'string' },
    requests: { type: 'string' },
  },
});
const { requests: file } = values;
const server = await start({
  port: Number(values.port),
  ...(values.socket !== undefined && { socket: values.socket }),
  ...(file !== undefined && {
    onRequest: (request) => appendFileSync(file, `${JSON.stringify(withoutCredentials(request))}\n`, { mode: 0o600 }),
  }),
});
if (server === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  process.stdout.write(`${server.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
}

async function start(options: ServerOptions): Promise<ModelServer | undefined> {
  const { script, replay, record, upstream } = values;
  if (script !== undefined) return startModelServer({ ...options, brain: await loadBrain(script) });
  if (replay !== undefined) return startCassetteServer({ ...options, folder: replay });
  if (record !== undefined && upstream !== undefined)
    return startCassetteServer({ ...options, folder: record, upstream });
  return undefined;
}
