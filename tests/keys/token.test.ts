import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parseVkey } from '@duovir/ledger';
import {
  loadSignerFile,
  OFFICER,
  openSigner,
  placeTrustPolicy,
  signTrustPolicy,
  type OwnedSigner,
} from '@duovir/principal';
import { externalSigner } from '@duovir/principal/external-signer';
import { publicKeyFromRaw, signatureHolds } from '@duovir/protocol';
import { freshDatabase } from '@duovir/server/fresh-database';
import { KeyedInstallation } from './installation.ts';
import { missingForToken, TestToken } from './token.ts';

const MINUTES = 300_000;
const missing = missingForToken();
const pem = (publicKey: string): string =>
  publicKeyFromRaw(publicKey).export({ format: 'pem', type: 'spki' }).toString();

describe.skipIf(missing !== undefined)(
  `keys in a PKCS #11 token${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let token: TestToken;
    beforeAll(() => {
      token = new TestToken();
      for (const label of ['officer', 'log', 'witness']) token.makeKey(label);
    });
    afterAll(() => token.close());

    function signer(label: string, mode: 'once' | 'session'): OwnedSigner {
      const file = join(token.folder, `${label}-${mode}.json`);
      writeFileSync(file, token.signerFile(label, mode), { mode: 0o600 });
      return externalSigner(loadSignerFile(file, label));
    }

    test.each(['once', 'session'] as const)('the token signs (%s), and what it signs verifies', async (mode) => {
      const own = signer('log', mode);
      const texts = Array.from({ length: mode === 'session' ? 200 : 2 }, (_, at) => Buffer.from(`checkpoint ${at}`));
      for (const text of texts)
        expect(signatureHolds(publicKeyFromRaw(own.publicKey), text, await own.sign(text))).toBe(true);
      own.close();
    });

    test('a PIN that others can read is not used, and a wrong one is tried once', async () => {
      const failed = { code: 'signer-failed' };
      const other = new TestToken();
      other.makeKey('own');
      const file = join(other.folder, 'signer.json');
      writeFileSync(file, other.signerFile('own', 'once'), { mode: 0o600 });
      const own = externalSigner(loadSignerFile(file, 'own'));
      const pin = readFileSync(other.pinFile, 'utf8');
      chmodSync(other.pinFile, 0o644);
      await expect(own.sign(Buffer.from('a'))).rejects.toMatchObject(failed);
      chmodSync(other.pinFile, 0o600);
      other.enter('000000');
      await expect(own.sign(Buffer.from('a'))).rejects.toMatchObject(failed);
      other.enter(pin.trim());
      // Corrected, but one try was lost: a person has to look at it before a program tries again.
      await expect(own.sign(Buffer.from('a'))).rejects.toMatchObject(failed);
      other.close();
    });

    test(
      'officer, log and witness sign in the token, and the ledger they make verifies',
      async () => {
        const installation = await KeyedInstallation.make(await freshDatabase(inject('postgres')));
        const { state } = installation;
        try {
          await moveOfficer(installation, token);
          const put = (folder: string, file: string, label: string): void => {
            mkdirSync(join(folder, 'next'), { recursive: true });
            writeFileSync(join(folder, 'next', file), token.signerFile(label, 'session'), { mode: 0o600 });
          };
          put(state.principal('witness'), 'signer.json', 'witness');
          put(state.principal('server'), 'log-signer.json', 'log');
          await installation.up();
          const signed = await installation.sign('token', ['rotate', 'witness'], ['rotate', 'server', '--log']);
          await installation.expect(['trust', 'apply', signed, '--yes', '--as', 'approver']);
          await installation.down();
          await installation.up();
          const { log, witnesses } = installation.policy;
          expect(parseVkey(log.vkey).rawKey.toString('base64')).toBe(token.publicKey('log'));
          expect(parseVkey(witnesses.vkeys[0] ?? '').rawKey.toString('base64')).toBe(token.publicKey('witness'));
          expect(readdirSync(state.principal('witness'))).not.toContain('key.pem');
          const { said } = await installation.run(['ledger', 'verify', '--json']);
          expect(JSON.parse(said.split('\n')[0] ?? '')).toMatchObject({ ok: true, findings: [] });
          const folder = installation.path('exported');
          await installation.expect(['ledger', 'export', folder]);
          expect(readFileSync(join(folder, 'checkpoint'), 'utf8')).toContain(`${log.origin}\n`);
          expect(statSync(join(state.principal('server'), 'log-signer.json')).mode & 0o777).toBe(0o600);
        } finally {
          await installation.close();
        }
      },
      MINUTES,
    );
  },
);

/** Has the token's key pinned by everybody and sign what is in force, before anything was started. */
async function moveOfficer({ state, policy }: KeyedInstallation, token: TestToken): Promise<void> {
  const publicHalf = pem(token.publicKey('officer'));
  rmSync(join(state.officer, 'key.pem'));
  writeFileSync(join(state.officer, 'signer.json'), token.signerFile('officer', 'once'), { mode: 0o600 });
  writeFileSync(join(state.officer, 'public.pem'), publicHalf);
  for (const kind of ['principals', 'people'])
    for (const name of readdirSync(join(state.root, kind)))
      writeFileSync(join(state.root, kind, name, 'officer.pem'), publicHalf);
  const officer = await openSigner(state.officer, OFFICER);
  placeTrustPolicy(state.trustPolicy, policy.version, await signTrustPolicy(officer, policy));
  officer.close();
}
