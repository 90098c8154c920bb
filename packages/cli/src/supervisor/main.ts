import { existingStateDirectory } from '@duovir/principal';
import { readAddress, urlOf } from './address.ts';
import { serveControl } from './control.ts';
import { planInstallation } from './installation.ts';
import { clearSocketFolder, openSocketFolder } from './socket-folder.ts';
import { Supervisor } from './supervisor.ts';

/** The composition of the supervisor process: `main.ts <state directory>`, under the lock that `launch.ts` takes. */
const state = existingStateDirectory(process.argv[2] ?? '');
process.title = 'duovir-supervisor';

const address = readAddress(state);
if (!address) throw new Error('There is no server.json: start Duovir with `duovir up`.');
openSocketFolder(state);

const supervisor = new Supervisor(
  { state: state.root, url: urlOf(address), startedAt: new Date() },
  planInstallation(state, process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin'),
);

let isGoingDown = false;
async function down(): Promise<void> {
  if (isGoingDown) return;
  isGoingDown = true;
  await supervisor.stop();
  await control.close();
  clearSocketFolder(state);
  process.exit(0);
}

const control = await serveControl(state, supervisor, () => void down());
process.once('SIGTERM', () => void down());
process.once('SIGINT', () => void down());
// A detached supervisor outlives the terminal it was started from.
process.on('SIGHUP', () => undefined);
supervisor.start();
