import type { KeyReference, Model } from '@duovir/protocol';
import { EgressError } from '../error.ts';
import { accessTokenOf } from './google-access-token.ts';
import { readKeyFile } from './key-file.ts';
import type { KeySources } from './key-sources.ts';
import { readSecretManagerKey } from './secret-manager-key.ts';
import { readVaultKey } from './vault-key.ts';

/** A key that this process has seen, under a name that may be shown. */
export interface KnownKey {
  readonly label: string;
  readonly value: string;
}

export interface KeyResolver {
  /** What the model's requests are signed or sent with; empty for a server that wants nothing. */
  keyFor(model: Model): Promise<string>;
  /** Every secret that was resolved, so that none of them leaves inside a prompt (Invariant 7). */
  known(): readonly KnownKey[];
}

/** Long enough for a run's worth of calls, short enough for a key that is exchanged. */
const CACHE_MS = 60_000;
const SHORTEST_KEY = 8;
/** Parts of a key in JSON that are secret by themselves. */
const SECRET_FIELDS = ['private_key', 'secretAccessKey', 'sessionToken'];

interface Cached {
  readonly key: Promise<string>;
  readonly until: number;
}

/** Finds providers' keys where the trust policy points. They stay in this process; no error and no log has one. */
export function createKeyResolver(sources: KeySources): KeyResolver {
  const cache = new Map<string, Cached>();
  const known = new Map<string, string>();

  async function resolve(model: Model): Promise<string> {
    const key = await readKey(model.key, sources);
    if (model.key.kind === 'none') return '';
    for (const secret of secretsIn(key)) known.set(secret, `key of ${model.alias}`);
    if (model.provider !== 'vertex' || !key.startsWith('{')) return key;
    const { token } = await accessTokenOf(key, sources);
    known.set(token, `access token of ${model.alias}`);
    return token;
  }

  return {
    async keyFor(model) {
      const now = sources.clock().getTime();
      const name = JSON.stringify([model.alias, model.provider, model.key]);
      const cached = cache.get(name);
      if (cached && now < cached.until) return cached.key;
      const key = resolve(model);
      cache.set(name, { key, until: now + CACHE_MS });
      // What failed is tried again at once.
      key.catch(() => cache.delete(name));
      return key;
    },
    known: () => Array.from(known, ([value, label]) => ({ label, value })),
  };
}

async function readKey(reference: KeyReference, sources: KeySources): Promise<string> {
  switch (reference.kind) {
    case 'none':
      return '';
    case 'env':
      return checked(sources.environment[reference.name], `The environment variable ${reference.name}`);
    case 'file':
      return checked(await readKeyFile(reference.path), reference.path);
    case 'vault':
      return checked(
        await readVaultKey(reference, sources),
        `The secret ${reference.mount}/${reference.path} in Vault`,
      );
    case 'secret-manager':
      return checked(await readSecretManagerKey(reference.resource, sources), reference.resource);
  }
}

/** A key goes into a header, or is JSON; a shorter one could not be guarded. */
function checked(found: string | undefined, place: string): string {
  if (found === undefined || found.trim() === '') throw new EgressError('key-unavailable', `${place} has no key.`);
  const key = found.trim();
  if (key.length < SHORTEST_KEY || !(key.startsWith('{') || /^[\x21-\x7e]+$/.test(key)))
    throw new EgressError('key-unusable', `${place} has no key of at least ${SHORTEST_KEY} printable characters.`);
  return key;
}

function secretsIn(key: string): readonly string[] {
  if (!key.startsWith('{')) return [key];
  const parsed: unknown = parseObject(key);
  return SECRET_FIELDS.flatMap((field) => {
    const value = (parsed as Record<string, unknown>)[field];
    return typeof value === 'string' && value.length >= SHORTEST_KEY ? [value] : [];
  });
}

function parseObject(key: string): object {
  try {
    return Object(JSON.parse(key));
  } catch {
    throw new EgressError('key-unusable', 'The key begins as JSON and is none.');
  }
}
