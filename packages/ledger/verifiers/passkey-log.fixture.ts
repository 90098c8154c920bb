import { parseEnvelope, type Envelope, type Signer } from '@duovir/protocol';
import { digestOfBytes, envelopeBytes, keyIdOf, signStatement } from '@duovir/protocol';
import { temporaryFolder } from '../src/folder.fixture.ts';
import { Organisation, TIME } from '../src/organisation.fixture.ts';
import { writeSignedLog } from '../src/tampering/signed-log.fixture.ts';
import { newPasskey, type Ceremony } from './passkey.fixture.ts';

export const HONEST: readonly Ceremony[] = [{}, { flags: 0x0d }, { flags: 0x1d }, { clientData: { added: [1, 2] } }];
export const DISHONEST: readonly Ceremony[] = [
  { flags: 0x01 },
  { flags: 0x04 },
  { flags: 0x15 },
  { flags: 0x45 },
  { extensions: Buffer.from([0xa0]) },
  { relyingParty: 'elsewhere.example' },
  { clientData: { type: 'webauthn.create' } },
  { clientData: { origin: 'https://elsewhere.example' } },
  { clientData: { crossOrigin: true } },
  { clientData: { topOrigin: 'https://elsewhere.example' } },
  { clientData: { tokenBinding: null } },
  { clientData: { challenge: Buffer.from('another').toString('base64url') } },
];

/** A log in which a person says the same again and again, with a passkey: first in honest ceremonies, then in others. */
export async function signedByPasskeys(
  algorithm: 'ES256' | 'EdDSA',
): Promise<{ readonly folder: string; readonly officer: string; readonly forged: readonly number[] }> {
  const key = newPasskey(algorithm);
  const acme = new Organisation(1, (policy) => ({
    ...policy,
    principals: policy.principals.map((one) => (one.name === 'ana' ? { ...one, passkeys: [key.passkey] } : one)),
  }));
  const told: Envelope[] = [
    await acme.say('server', 'log-start', acme.policyDigest, { trustPolicy: acme.policyDigest }, { run: 'duovir' }),
  ];
  for (const change of [...HONEST, ...DISHONEST]) {
    const signer: Signer = {
      principal: 'ana',
      keyId: keyIdOf('ana', Buffer.from(key.passkey.publicKey, 'base64')),
      sign: (bytes) => Promise.resolve(key.sign(bytes, change)),
    };
    const predicate = { person: 'ana', commitment: digestOfBytes('because') };
    const statement = { kind: 'stop', run: 'duovir', time: TIME, subject: acme.policyDigest, predicate } as const;
    told.push(parseEnvelope(envelopeBytes(await signStatement(signer, statement))));
  }
  const folder = temporaryFolder();
  const log = { acme, bodies: told.map(envelopeBytes), retained: [] };
  await writeSignedLog(log, folder, 'log-and-witness');
  const forged = DISHONEST.map((_, at) => 1 + HONEST.length + at);
  return { folder, officer: acme.officer.publicKey.toString('base64'), forged };
}
