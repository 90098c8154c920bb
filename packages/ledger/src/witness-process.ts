import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { existingStateDirectory, loadSigner, loadTrustPolicy, runProcess, serveUnix } from '@duovir/principal';
import { rawPublicKey } from '@duovir/protocol';
import { LedgerError } from './error.ts';
import { witnessNoteSigner } from './note-signer.ts';
import { parseVkey } from './vkey.ts';
import { createWitness } from './witness.ts';

const NAME = 'witness';

await runProcess(NAME, async () => {
  const state = existingStateDirectory(process.argv[2] ?? '.duovir');
  const folder = state.principal(NAME);
  // From its own folder, so that nobody else can give it another log to watch.
  const officer = rawPublicKey(createPublicKey(readFileSync(join(folder, 'officer.pem')))).toString('base64');
  const { policy } = loadTrustPolicy(state.trustPolicy, officer);
  const signer = loadSigner(folder, NAME);
  const publicKey = rawPublicKey(createPublicKey(signer.privateKey));
  const own = policy.witnesses.vkeys.map(parseVkey).find(({ rawKey }) => rawKey.equals(publicKey));
  if (!own) throw new LedgerError('vkey-malformed', 'The trust policy does not name the key of this witness.');
  const witness = createWitness({
    signer: witnessNoteSigner({ name: own.name, publicKey, signer }),
    stateFolder: join(folder, 'seen'),
    logs: [policy.log.vkey],
  });
  return serveUnix(witness, state.socket(NAME));
});
