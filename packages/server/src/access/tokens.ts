import { hash, timingSafeEqual } from 'node:crypto';
import type { ClockPort, LedgerPort, RandomPort } from '@duovir/engine';
import {
  digestSchema,
  signStatement,
  type IssuedToken,
  type Predicate,
  type Signer,
  type TokenRequest,
  type TokenView,
} from '@duovir/protocol';
import { ServerError } from '../error.ts';
import { appendOnce } from '../ledger/append-once.ts';
import type { Database } from '../store/database.ts';
import type { Caller } from './caller.ts';
import type { InitialToken } from './initial-tokens.ts';
import { TokenTable, type TokenRecord } from './token-table.ts';
import { newToken, tokenIdOf } from './token-text.ts';

/** What concerns no run. */
const LOG = 'duovir';
const LONGEST_MS = 366 * 86_400_000;

export interface TokenParts {
  readonly database: Database;
  readonly ledger: LedgerPort;
  readonly signer: Signer;
  readonly clock: ClockPort;
  readonly random: RandomPort;
}

/** API tokens: made, looked up and revoked. Each is in the ledger before it opens anything (Invariant 9). */
export class Tokens {
  readonly #parts: TokenParts;
  readonly #table: TokenTable;

  constructor(parts: TokenParts) {
    this.#parts = parts;
    this.#table = new TokenTable(parts.database);
  }

  /** Whose token this is. Undefined for what is no token; throws for one that has expired or was revoked. */
  async callerOf(token: string): Promise<Caller | undefined> {
    const id = tokenIdOf(token);
    const known = id === undefined ? undefined : await this.#table.find(id);
    // In constant time: how long it takes says nothing about how near a guess was.
    if (!known || !timingSafeEqual(hash('sha256', token, 'buffer'), Buffer.from(known.hash, 'hex'))) return undefined;
    const now = this.#parts.clock.now();
    if (known.revokedAt !== null) throw new ServerError('token-revoked', `The token ${known.id} was revoked.`);
    const expiresAt = new Date(known.expiresAt);
    if (now >= expiresAt)
      throw new ServerError('token-expired', `The token ${known.id} expired at ${known.expiresAt}.`);
    if (known.lastUsedAt !== wholeHour(now)) await this.#table.use(known.id, wholeHour(now));
    return { person: known.person, scopes: known.scopes, credential: known.id, expiresAt };
  }

  /** Throws `scope-escalation` for a token that could do more than the one it is asked with. */
  async issue(
    caller: Caller,
    { person = caller.person, scopes, expiresAt }: TokenRequest,
    { mayOutlast }: { readonly mayOutlast: boolean },
  ): Promise<IssuedToken> {
    const excess = scopes.filter((scope) => !caller.scopes.includes(scope));
    if (excess.length > 0)
      throw new ServerError('scope-escalation', `Your own credential is not for ${excess.join(', ')}.`);
    const now = this.#parts.clock.now();
    const lasts = Date.parse(expiresAt) - now.getTime();
    if (lasts <= 0 || lasts > LONGEST_MS)
      throw new ServerError('request-invalid', 'The token would last for too long, or not at all.', undefined, [
        { pointer: '/expiresAt', message: 'at most 366 days from now' },
      ]);
    if (!mayOutlast && Date.parse(expiresAt) > caller.expiresAt.getTime())
      throw new ServerError(
        'scope-escalation',
        `The token would outlast your own, which ends at ${caller.expiresAt.toISOString()}.`,
      );
    const { id, token } = newToken(this.#parts.random);
    const view = { id, person, issuer: caller.person, scopes, issuedAt: now.toISOString(), expiresAt };
    await this.#keep({ ...view, lastUsedAt: null, revokedAt: null, hash: hash('sha256', token, 'hex') });
    return { ...view, lastUsedAt: null, revokedAt: null, token };
  }

  /** Of one person or of all; newest first. */
  list(person?: string): Promise<readonly TokenView[]> {
    return this.#table.list(person);
  }

  /** Throws `token-unknown`. */
  async find(id: string): Promise<TokenView> {
    const { hash: _hash, ...view } = await this.#existing(id);
    return view;
  }

  async revoke(id: string, person: string): Promise<void> {
    const known = await this.#existing(id);
    await this.#state(known, 'token-revoke', { token: id, person });
    await this.#table.revoke(id, this.#parts.clock.now());
  }

  /** Takes over what `duovir init` gave people. One that was revoked once stays so, whatever the database remembers. */
  async takeOver(initial: readonly InitialToken[]): Promise<void> {
    for (const { id, person, issuedAt, ...rest } of initial) {
      if (await this.#table.find(id)) continue;
      const isRevoked = (await this.#parts.ledger.find(revocationKey(id))) !== undefined;
      const revokedAt = isRevoked ? this.#parts.clock.now().toISOString() : null;
      await this.#keep({ ...rest, id, person, issuer: person, issuedAt, lastUsedAt: null, revokedAt });
    }
  }

  async #keep(record: TokenRecord): Promise<void> {
    const { id, person, issuer, scopes, expiresAt } = record;
    await this.#state(record, 'token-issue', { token: id, person, issuer, scopes: [...scopes], expiresAt });
    await this.#table.add(record);
  }

  async #state<Kind extends 'token-issue' | 'token-revoke'>(
    { id, hash: hex }: Pick<TokenRecord, 'id' | 'hash'>,
    kind: Kind,
    predicate: Predicate<Kind>,
  ): Promise<void> {
    const { signer, clock, ledger } = this.#parts;
    const subject = digestSchema.parse(`sha256:${hex}`);
    const time = clock.now().toISOString();
    const envelope = await signStatement(signer, { kind, run: LOG, time, subject, predicate });
    await appendOnce(ledger, kind === 'token-issue' ? `token-issue/${id}` : revocationKey(id), LOG, envelope);
  }

  async #existing(id: string): Promise<TokenRecord> {
    const known = await this.#table.find(id);
    if (!known) throw new ServerError('token-unknown', `There is no token ${id}.`);
    return known;
  }
}

/** Often enough to find forgotten tokens, and no diary of what people do. */
function wholeHour(now: Date): string {
  return `${now.toISOString().slice(0, 'yyyy-mm-ddThh'.length)}:00:00.000Z`;
}

function revocationKey(id: string): string {
  return `token-revoke/${id}`;
}
