import { hash, randomBytes } from 'node:crypto';
import { accessActionSchema, type AccessAction } from '@duovir/protocol';

/** 256 bits: cannot be guessed, so a plain hash of it can be kept by the server. */
const TOKEN_BYTES = 32;
/** Long enough to set up others, short enough that no forgotten one opens anything for ever. */
const TOKEN_DAYS = 90;
const DAY_MS = 86_400_000;

/** As the server reads it from `tokens.json`. */
export interface InitialToken {
  readonly id: string;
  readonly person: string;
  readonly scopes: readonly AccessAction[];
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly hash: string;
}

/** A token that is made beside the server, for who cannot ask it. `token` is shown to nobody else. */
export function makeInitialToken(
  id: string,
  person: string,
  now: Date,
): { readonly token: string; readonly record: InitialToken } {
  const token = `duovir_${id}_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  const issuedAt = now.toISOString();
  const expiresAt = new Date(now.getTime() + TOKEN_DAYS * DAY_MS).toISOString();
  const scopes = accessActionSchema.options;
  return { token, record: { id, person, scopes, issuedAt, expiresAt, hash: hash('sha256', token, 'hex') } };
}
