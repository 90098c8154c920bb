import { existingStateDirectory, runProcess } from '@duovir/principal';
import { readConfiguration } from './configuration.ts';
import { startServer } from './server.ts';

await runProcess('server', async () => {
  const state = existingStateDirectory(process.argv[2] ?? '.duovir');
  return startServer(state, readConfiguration(state), process.env);
});
