import { existingStateDirectory, runProcess } from '@duovir/principal';
import { readConfiguration } from './configuration.ts';
import { startServer } from './server.ts';

/** EX_TEMPFAIL of sysexits.h: whoever supervises this process starts it again. */
const START_AGAIN = 75;
/** Whoever has asked for the end gets the answer first. */
const ANSWERED_WITHIN_MS = 500;

await runProcess('server', async () => {
  const state = existingStateDirectory(process.argv[2] ?? '.duovir');
  const end = (): void => void setTimeout(() => process.exit(START_AGAIN), ANSWERED_WITHIN_MS);
  return startServer(state, readConfiguration(state), process.env, end);
});
