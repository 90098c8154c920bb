import { join } from 'node:path';
import {
  existingStateDirectory,
  loadPinnedOfficer,
  openEnrolledSigner,
  runProcess,
  serveUnix,
  TrustPolicyFile,
} from '@duovir/principal';
import { LedgerError } from './error.ts';
import { witnessNoteSigner } from './note-signer.ts';
import { parseVkey } from './vkey.ts';
import { createWitness } from './witness.ts';

const NAME = 'witness';

await runProcess(NAME, async () => {
  const state = existingStateDirectory(process.argv[2] ?? '.duovir');
  const folder = state.principal(NAME);
  // From its own folder, so that nobody else can give it another log to watch.
  const officer = loadPinnedOfficer(folder);
  const trust = new TrustPolicyFile(state.trustPolicy, officer, join(state.memory(NAME), 'trust-policy-version'));
  const { witnesses } = trust.current().policy;
  const signer = await openEnrolledSigner(state, NAME);
  const publicKey = Buffer.from(signer.publicKey, 'base64');
  const own = witnesses.vkeys.map(parseVkey).find(({ rawKey }) => rawKey.equals(publicKey));
  if (!own) throw new LedgerError('vkey-malformed', 'The trust policy does not name the key of this witness.');
  const witness = createWitness({
    signer: witnessNoteSigner({ name: own.name, publicKey, signer }),
    stateFolder: join(folder, 'seen'),
    logs: () => [trust.current().policy.log.vkey],
    officer,
  });
  return serveUnix(witness, state.socket(NAME));
});
