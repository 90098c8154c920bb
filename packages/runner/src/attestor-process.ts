import { existingStateDirectory, openEnrolledSigner, runProcess, serveUnix } from '@duovir/principal';
import { attestorApp } from './attestor/attestor-app.ts';
import { attestorFiles } from './attestor/attestor-files.ts';
import { Attestor } from './attestor/attestor.ts';
import { examineHost } from './sandbox/doctor.ts';

await runProcess('attestor', async () => {
  const state = existingStateDirectory(process.argv[2] ?? '.duovir');
  // It enters sandboxes with the tools that make them.
  await examineHost();
  const attestor = await Attestor.open({
    files: attestorFiles(state),
    signer: await openEnrolledSigner(state, 'attestor'),
  });
  return serveUnix(attestorApp(attestor), state.socket('attestor'));
});
