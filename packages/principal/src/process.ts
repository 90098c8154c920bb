import { flushCompileCache } from 'node:module';

/** What the composition of one process gives back: how to stop it in good order. */
export interface RunningProcess {
  close(): Promise<void>;
}

/**
 * Runs one principal as its own process: says `ready` on standard output once it serves, stops on SIGTERM and SIGINT,
 * and stops when its parent's end of standard input closes, so that nothing outlives the supervisor.
 */
export async function runProcess(name: string, start: () => Promise<RunningProcess>): Promise<void> {
  process.title = `duovir-${name}`;
  let running: RunningProcess | undefined;
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void (running?.close() ?? Promise.resolve()).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdin.resume().once('end', stop);
  try {
    running = await start();
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
  process.stdout.write('ready\n');
  // Whoever is killed writes no cache at its end, and every start would compile everything anew.
  flushCompileCache();
}
