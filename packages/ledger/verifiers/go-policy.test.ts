import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, envelopeSchema, signEnvelope, type TrustPolicy } from '@duovir/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../src/folder.fixture.ts';
import { openKeys } from '../src/keys-audit.ts';
import { LogDirectory } from '../src/log-directory.ts';
import { Organisation } from '../src/organisation.fixture.ts';
import { GoVerifier, NO_GO } from './go-verifier.fixture.ts';
import { newPasskey } from './passkey.fixture.ts';
import { misfitsOf } from './statement-samples.fixture.ts';

const verifier = new GoVerifier();
const acme = new Organisation();
const officer = acme.officer.publicKey.toString('base64');
const AT_ONCE = 500;

/** A trust policy that has every member. */
function wholePolicy(): TrustPolicy {
  const { principals, issuedAt, quorum, ...rest } = acme.policy;
  const [person, planner] = (['person', 'planner'] as const).map((role) => principals.find((one) => one.role === role));
  if (!person || !planner || !quorum.R1) throw new Error('the organisation has nobody');
  return {
    ...rest,
    issuedAt,
    quorum: { R1: quorum.R1 },
    supersedes: { digest: acme.policyDigest, decidedUntil: issuedAt },
    login: { issuer: 'https://login.example', clientId: 'console', audience: 'duovir' },
    principals: [
      { ...person, passkeys: [newPasskey('ES256').passkey], roles: ['approver'], subject: 'ana@login', team: 'web' },
      { ...planner, group: 'family', brain: { kind: 'model', model: 'small', consult: 'always' } },
    ],
    envelopes: [
      {
        id: 'ports',
        signature: 'net.port-in-use',
        inputs: ['port'],
        range: { kind: 'port', from: 30_000, to: 30_100 },
        environments: ['staging'],
        attempts: 2,
      },
    ],
    egress: {
      models: [
        {
          alias: 'small',
          provider: 'vertex',
          model: 'small-1',
          family: 'family',
          endpoint: 'https://models.example',
          region: 'europe',
          project: 'acme',
          key: { kind: 'vault', address: 'https://vault.example', mount: 'kv', path: 'models', field: 'key' },
          dataClasses: ['internal'],
          price: { kind: 'fixed', input: 1, output: 2, cacheRead: 3, cacheWrite: 4 },
          maxOutputTokens: 100,
          timeoutSeconds: 5,
        },
      ],
      allowed: ['internal'],
      internalDomains: ['acme.example'],
    },
  };
}

/** A folder of its own with nothing but keys: the officer signs whatever it is. */
async function signed(policy: unknown, folder: string): Promise<string> {
  mkdirSync(folder);
  const envelope = await signEnvelope(acme.officer.signer, { kind: 'urn:duovir:trust-policy:v1', policy });
  const trustPolicies = [envelopeSchema.parse(envelope)];
  writeFileSync(
    join(folder, 'keys.json'),
    canonicalJson({ format: 'duovir-keys/v1', officer, restores: [], trustPolicies }),
  );
  return folder;
}

describe.skipIf(NO_GO !== undefined)(
  `trust policies before verify.go${NO_GO === undefined ? '' : `: ${NO_GO}`}`,
  () => {
    beforeAll(() => verifier.build());
    afterAll(() => verifier.remove());

    test('a trust policy is believed exactly where our own verifier believes it, whatever the officer has signed', async () => {
      const root = temporaryFolder();
      const whole = wholePolicy();
      const folders: string[] = [];
      for (const policy of [whole, ...misfitsOf(whole)])
        folders.push(await signed(policy, join(root, String(folders.length))));
      expect(folders.length).toBeGreaterThan(3000);
      let believed = 0;
      for (let at = 0; at < folders.length; at += AT_ONCE) {
        const some = folders.slice(at, at + AT_ONCE);
        const { verdicts } = verifier.ask(...some);
        for (const [nth, folder] of some.entries()) {
          const { kind } = await openKeys(new LogDirectory(folder), undefined);
          const isBelieved = verdicts[nth]?.findings.some(({ rule }) => rule === 'keys') === false;
          expect({ folder, isBelieved }).toEqual({ folder, isBelieved: kind === 'opened' });
          if (isBelieved) believed += 1;
        }
      }
      expect(believed).toBeGreaterThan(100);
    });
  },
);
