import { join } from 'node:path';
import type { KeyReference } from '@duovir/protocol';
import * as z from 'zod';
import { EgressError } from '../error.ts';
import { readKeyFile } from './key-file.ts';
import { storeRequest, type KeySources } from './key-sources.ts';
import { readStore } from './read-store.ts';

type VaultReference = Extract<KeyReference, { readonly kind: 'vault' }>;

/** KV version 2. */
const secretSchema = z.object({ data: z.object({ data: z.record(z.string(), z.unknown()) }) });
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/;

export async function readVaultKey(reference: VaultReference, sources: KeySources): Promise<string> {
  const { address, mount, path, field } = reference;
  const { protocol, hostname, origin } = new URL(address);
  if (protocol !== 'https:' && !LOOPBACK.test(hostname))
    throw new EgressError('key-unavailable', `Vault at ${origin} is asked over https only: a token goes along.`);
  const segments = [...mount.split('/'), 'data', ...path.split('/')];
  if (segments.some((segment) => segment === '' || /^\.{1,2}$/.test(segment)))
    throw new EgressError('key-unavailable', `${mount}/${path} is no path in Vault.`);
  const url = `${address.replace(/\/+$/, '')}/v1/${segments.map(encodeURIComponent).join('/')}`;
  const headers = { 'x-vault-token': await tokenOf(sources.environment) };
  const { data } = await readStore('Vault', sources.fetch(url, storeRequest({ headers })), secretSchema);
  const value = data.data[field];
  if (typeof value !== 'string')
    throw new EgressError('key-unavailable', `The secret ${mount}/${path} in Vault has no text in ${field}.`);
  return value;
}

async function tokenOf(environment: KeySources['environment']): Promise<string> {
  const token = environment['VAULT_TOKEN'];
  if (token !== undefined && token !== '') return token;
  const { VAULT_TOKEN_FILE: file, HOME: home } = environment;
  if (file !== undefined) return readKeyFile(file);
  if (home !== undefined) return readKeyFile(join(home, '.vault-token'));
  throw new EgressError('key-unavailable', 'Neither VAULT_TOKEN nor VAULT_TOKEN_FILE is set.');
}
