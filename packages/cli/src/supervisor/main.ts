import { parseArgs } from 'node:util';
import { existingStateDirectory, type StateDirectory } from '@duovir/principal';
import { examineHost } from '@duovir/runner/doctor';
import { chooseAddress, urlOf } from './address.ts';
import { openCells } from './cell/cells.ts';
import { publish } from './cell/hand-over.ts';
import { cellCache } from './compile-cache.ts';
import { serveControl } from './control.ts';
import { planInstallation, type Boundaries } from './installation.ts';
import { takeUpNextKeys } from '../trust/principal-key.ts';
import { trustedPolicy } from './key-variables.ts';
import { formatRefusal } from './refusal.ts';
import { clearSocketFolder, openSocketFolder } from './socket-folder.ts';
import { Supervisor } from './supervisor.ts';

/**
 * The supervisor process, under the lock that `launch.ts` takes:
 * `main.ts [--host HOST] [--port PORT] [--without-cells] <state directory>`.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { host: { type: 'string' }, port: { type: 'string' }, 'without-cells': { type: 'boolean' } },
    allowPositionals: true,
  });
  const state = existingStateDirectory(positionals[0] ?? '');
  process.title = 'duovir-supervisor';
  // Whoever applied a policy with new keys may have been killed before they were moved.
  takeUpNextKeys(state, trustedPolicy(state));
  const address = await chooseAddress(state, {
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
  });
  const boundaries = await openBoundaries(state, values['without-cells'] === true);
  const { cells, sandbox } = boundaries;
  openSocketFolder(state, cells?.kind === 'own-uids' ? cells.uids.callers : undefined);
  const supervisor = new Supervisor(
    { state: state.root, url: urlOf(address), startedAt: new Date(), cells: cells?.kind ?? 'none', sandbox },
    planInstallation(state, process.env, boundaries),
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

async function openBoundaries(state: StateDirectory, withoutCells: boolean): Promise<Boundaries> {
  if (withoutCells) return { cells: undefined, sandbox: await canSandbox() };
  const cells = await openCells(state, process.env['PATH'] ?? '', cellCache(state));
  if (cells.kind === 'own-uids') {
    // What is no secret has to be readable by principals of other users, whatever the umask of whoever starts us.
    process.umask(0o022);
    publish(state.trust);
  }
  return { cells, sandbox: true };
}

async function canSandbox(): Promise<boolean> {
  try {
    await examineHost();
    return true;
  } catch (error) {
    console.error('There is no sandbox here, so nothing will be executed:', error);
    return false;
  }
}

try {
  await main();
} catch (error) {
  console.error(formatRefusal(error) ?? error);
  process.exit(1);
}
