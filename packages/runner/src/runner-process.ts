import { existingStateDirectory, openEnrolledSigner, runProcess, serveUnix } from '@duovir/principal';
import { runnerApp } from './execution/runner-app.ts';
import { runnerFiles } from './execution/runner-files.ts';
import { Runner } from './execution/runner.ts';
import { examineHost } from './sandbox/doctor.ts';

await runProcess('runner', async () => {
  const state = existingStateDirectory(process.argv[2] ?? '.duovir');
  // Without a sandbox nothing runs, so a runner that has none does not even start.
  await examineHost();
  const runner = await Runner.open({
    files: runnerFiles(state),
    signer: await openEnrolledSigner(state, 'runner'),
  });
  const server = await serveUnix(runnerApp(runner), state.socket('runner'));
  return {
    close: async () => {
      await server.close();
      await runner.close();
    },
  };
});
