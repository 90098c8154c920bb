import { join } from 'node:path';
import { existingStateDirectory, loadSigner, runProcess, serveUnix } from '@duovir/principal';
import { attestorApp } from './attestor/attestor-app.ts';
import { Attestor } from './attestor/attestor.ts';
import { Baselines } from './attestor/baselines.ts';
import { examineHost } from './sandbox/doctor.ts';

await runProcess('attestor', async () => {
  const state = existingStateDirectory(process.argv[2] ?? '.duovir');
  // It enters sandboxes with the tools that make them.
  await examineHost();
  const folder = state.principal('attestor');
  const signer = loadSigner(folder, 'attestor');
  const attestor = new Attestor({ signer, baselines: await Baselines.open(join(folder, 'baselines')) });
  return serveUnix(attestorApp(attestor), state.socket('attestor'));
});
