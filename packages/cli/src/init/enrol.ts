import { hash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKey, type StateDirectory } from '@duovir/principal';
import { accessActionSchema, type Principal } from '@duovir/protocol';
import { writeNewFile } from './durable-file.ts';
import { people, type Enrolment } from './principals.ts';

/** 256 bits: cannot be guessed, so a plain hash of it can be kept by the server. */
const TOKEN_BYTES = 32;
/** Long enough to set up others, short enough that no forgotten one opens anything for ever. */
const TOKEN_DAYS = 90;
const DAY_MS = 86_400_000;

/** Creates the key of every principal, pins the officer's public key beside it, and gives people their API token. */
export function enrolAll(state: StateDirectory, enrolments: readonly Enrolment[], now: Date): Principal[] {
  createKey(state.officer);
  const officerKey = readFileSync(join(state.officer, 'public.pem'), 'utf8');
  const pin = (folder: string): void => writeNewFile(join(folder, 'officer.pem'), officerKey, 0o644);
  const processes = enrolments.map((enrolment) => {
    const folder = state.principal(enrolment.name);
    const { publicKey } = createKey(folder);
    pin(folder);
    return { ...enrolment, publicKey };
  });
  const lasting = {
    scopes: accessActionSchema.options,
    issuedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + TOKEN_DAYS * DAY_MS).toISOString(),
  };
  const tokens: (typeof lasting & { id: string; person: string; hash: string })[] = [];
  const persons = people.map((enrolment) => {
    const folder = state.person(enrolment.name);
    const { publicKey } = createKey(folder);
    pin(folder);
    const id = `initial-${enrolment.name}`;
    const token = `duovir_${id}_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
    writeNewFile(join(folder, 'token'), `${token}\n`, 0o600);
    tokens.push({ id, person: enrolment.name, ...lasting, hash: hash('sha256', token, 'hex') });
    return { ...enrolment, publicKey };
  });
  writeNewFile(join(state.principal('server'), 'tokens.json'), `${JSON.stringify(tokens, null, 2)}\n`, 0o600);
  return [...processes, ...persons];
}
