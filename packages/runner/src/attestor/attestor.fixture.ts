import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKey, loadSigner, OFFICER, placeTrustPolicy, signTrustPolicy, stateDirectory } from '@duovir/principal';
import { withoutLogin, withoutModels, type Principal } from '@duovir/protocol';
import { attestorFiles } from './attestor-files.ts';
import { Attestor } from './attestor.ts';

/** An attestor under a trust policy in which there is nobody else, with real keys. */
export async function openAttestor() {
  const root = mkdtempSync(join(tmpdir(), 'duovir-attestor-'));
  const state = stateDirectory(root);
  createKey(state.officer);
  const { publicKey } = createKey(state.principal('attestor'));
  copyFileSync(join(state.officer, 'public.pem'), join(state.principal('attestor'), 'officer.pem'));
  const principal: Principal = { name: 'attestor', role: 'attestor', group: 'attestor', publicKey };
  const signed = await signTrustPolicy(loadSigner(state.officer, OFFICER), {
    apiVersion: 'duovir/v1',
    kind: 'TrustPolicy',
    organisation: 'Test',
    version: 1,
    issuedAt: '2026-01-01T00:00:00.000Z',
    log: { origin: 'duovir.test/log', vkey: '' },
    witnesses: { quorum: 1, vkeys: [''] },
    principals: [principal],
    quorum: {},
    envelopes: [],
    heals: { perStep: 0, perRun: 0 },
    ...withoutLogin,
    ...withoutModels,
  });
  placeTrustPolicy(state.trustPolicy, 1, signed);
  const signer = loadSigner(state.principal('attestor'), 'attestor');
  const attestor = await Attestor.open({ files: attestorFiles(state), signer });
  return { attestor, principal, remove: () => rmSync(root, { recursive: true, force: true }) };
}
