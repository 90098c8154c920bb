import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKey, type StateDirectory } from '@duovir/principal';
import type { Principal } from '@duovir/protocol';
import { writeNewFile } from './durable-file.ts';
import { makeInitialToken, type InitialToken } from './initial-token.ts';
import { people, type Enrolment } from './principals.ts';

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
  const tokens: InitialToken[] = [];
  const persons = people.map((enrolment) => {
    const folder = state.person(enrolment.name);
    const { publicKey } = createKey(folder);
    pin(folder);
    const { token, record } = makeInitialToken(`initial-${enrolment.name}`, enrolment.name, now);
    writeNewFile(join(folder, 'token'), `${token}\n`, 0o600);
    tokens.push(record);
    return { ...enrolment, publicKey };
  });
  writeNewFile(join(state.principal('server'), 'tokens.json'), `${JSON.stringify(tokens, null, 2)}\n`, 0o600);
  return [...processes, ...persons];
}
