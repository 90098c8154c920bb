import { parseArgs } from 'node:util';
import { existingStateDirectory } from '@duovir/principal';
import { chooseAddress, urlOf } from './address.ts';
import { serveControl } from './control.ts';
import { planInstallation } from './installation.ts';
import { formatRefusal } from './refusal.ts';
import { clearSocketFolder, openSocketFolder } from './socket-folder.ts';
import { Supervisor } from './supervisor.ts';

/** The supervisor process: `main.ts [--host HOST] [--port PORT] <state directory>`, under the lock that `launch.ts` takes. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { host: { type: 'string' }, port: { type: 'string' } },
    allowPositionals: true,
  });
  const state = existingStateDirectory(positionals[0] ?? '');
  process.title = 'duovir-supervisor';
  const address = await chooseAddress(state, {
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
  });
  openSocketFolder(state);
  const supervisor = new Supervisor(
    { state: state.root, url: urlOf(address), startedAt: new Date() },
    planInstallation(state, process.env),
  );
  supervisor.start();

  let isGoingDown = false;
  const down = async (): Promise<void> => {
    if (isGoingDown) return;
    isGoingDown = true;
    await supervisor.stop();
    await control.close();
    clearSocketFolder(state);
    process.exit(0);
  };
  process.once('SIGTERM', () => void down());
  process.once('SIGINT', () => void down());
  // A detached supervisor outlives the terminal it was started from.
  process.on('SIGHUP', () => undefined);
  const control = await serveControl(state, supervisor, () => void down());
}

try {
  await main();
} catch (error) {
  console.error(formatRefusal(error) ?? error);
  process.exit(1);
}
