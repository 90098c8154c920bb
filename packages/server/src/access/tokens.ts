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
import type { Caller, RecognisedCaller } from './caller.ts';
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

  /** Whose token this is, also where it has expired or was revoked. Undefined for what is no token. */
  async recognise(token: string): Promise<RecognisedCaller | undefined> {
    const id = tokenIdOf(token);
    const known = id === undefined ? undefined : await this.#table.find(id);
    // In constant time: how long it takes says nothing about how near a guess was.
    if (!known || !timingSafeEqual(hash('sha256', token, 'buffer'), Buffer.from(known.hash, 'hex'))) return undefined;
    const now = this.#parts.clock.now();
    const { person, scopes } = known;
    const caller = { person, scopes, credential: known.id, expiresAt: new Date(known.expiresAt) };
    const refusal = endOf(known, now);
    if (!refusal && known.lastUsedAt !== wholeHour(now)) await this.#table.use(known.id, wholeHour(now));
    return { caller, refusal };
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

function endOf({ id, expiresAt, revokedAt }: TokenRecord, now: Date): ServerError | undefined {
  if (revokedAt !== null) return new ServerError('token-revoked', `The token ${id} was revoked.`);
  if (now < new Date(expiresAt)) return undefined;
  return new ServerError('token-expired', `The token ${id} expired at ${expiresAt}.`);
}

/** Often enough to find forgotten tokens, and no diary of what people do. */
function wholeHour(now: Date): string {
  return `${now.toISOString().slice(0, 'yyyy-mm-ddThh'.length)}:00:00.000Z`;
}

function revocationKey(id: string): string {
  return `token-revoke/${id}`;
}
