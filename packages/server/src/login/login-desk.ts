import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { ClockPort, RandomPort, TrustPort } from '@duovir/engine';
import { everyScope, type Caller } from '../access/caller.ts';
import { ServerError } from '../error.ts';
import type { Database } from '../store/database.ts';
import { openAccessToken } from './access-token.ts';
import { Issuer, type IssuerOptions } from './issuer.ts';
import { LoginAttempts } from './login-attempts.ts';
import { personOfSubject } from './person-of-subject.ts';
import { Sessions } from './sessions.ts';

const KEY_COOLDOWN_MS = 5000;

export interface LoginParts {
  readonly database: Database;
  readonly trust: TrustPort;
  readonly clock: ClockPort;
  readonly random: RandomPort;
}

/** People who log in at the identity provider that the trust policy names (OpenID Connect). */
export class LoginDesk {
  readonly sessions: Sessions;
  readonly #attempts: LoginAttempts;
  readonly #parts: LoginParts;
  readonly #options: IssuerOptions;
  #issuer: Issuer | undefined;

  constructor(parts: LoginParts, options: IssuerOptions = { keyCooldownMs: KEY_COOLDOWN_MS }) {
    this.#parts = parts;
    this.#options = options;
    this.sessions = new Sessions(parts);
    this.#attempts = new LoginAttempts(parts);
  }

  /** Who comes with this access token of the issuer. Undefined where there is no issuer, or the token is none of its. */
  async callerOf(token: string): Promise<Caller | undefined> {
    const issuer = this.#current();
    const identified = issuer && (await openAccessToken(issuer, token, this.#parts.clock));
    if (!issuer || !identified) return undefined;
    const { subject, expiresAt } = identified;
    return { person: this.#personOf(subject, issuer), scopes: everyScope, credential: 'login', expiresAt };
  }

  /** Where to send the browser, and what to leave in its cookie. `callback` is where it has to come back to. */
  async begin(callback: string): Promise<{ readonly location: string; readonly secret: string }> {
    const issuer = this.#mustHave();
    const configuration = await issuer.configuration();
    const verifier = randomPKCECodeVerifier();
    const attempt = { issuer: issuer.login.issuer, state: randomState(), nonce: randomNonce(), verifier };
    const secret = await this.#attempts.begin(attempt);
    const location = buildAuthorizationUrl(configuration, {
      redirect_uri: callback,
      scope: 'openid',
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: attempt.state,
      nonce: attempt.nonce,
    });
    return { location: location.href, secret };
  }

  /** The browser is back: `came` is the whole URL. Returns the secret of the session. Throws `login-invalid`. */
  async finish(came: URL, secret: string | undefined): Promise<string> {
    const attempt = await this.#attempts.take(secret);
    const issuer = this.#mustHave();
    if (issuer.login.issuer !== attempt.issuer)
      throw new ServerError('login-invalid', 'The trust policy names another issuer since this login began.');
    const subject = await this.#subjectOf(issuer, came, attempt);
    return this.sessions.begin(this.#personOf(subject, issuer));
  }

  async #subjectOf(
    issuer: Issuer,
    came: URL,
    { state, nonce, verifier }: { readonly state: string; readonly nonce: string; readonly verifier: string },
  ): Promise<string> {
    const configuration = await issuer.configuration();
    try {
      const tokens = await authorizationCodeGrant(configuration, came, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const subject = tokens.claims()?.sub;
      if (subject !== undefined) return subject;
    } catch (cause) {
      throw new ServerError('login-invalid', `${issuer.login.issuer} does not vouch for this login.`, cause);
    }
    throw new ServerError('login-invalid', `${issuer.login.issuer} does not say who has logged in.`);
  }

  #personOf(subject: string, { login }: Issuer): string {
    const person = personOfSubject(this.#parts.trust.current().policy, subject);
    if (person === undefined)
      throw new ServerError('forbidden', `Nobody of the trust policy is ${subject.slice(0, 64)} at ${login.issuer}.`);
    return person;
  }

  #mustHave(): Issuer {
    const issuer = this.#current();
    if (!issuer) throw new ServerError('login-missing', 'The trust policy names no place to log in.');
    return issuer;
  }

  /** That of the trust policy in force. */
  #current(): Issuer | undefined {
    const { login } = this.#parts.trust.current().policy;
    if (JSON.stringify(login) !== JSON.stringify(this.#issuer?.login ?? null))
      this.#issuer = login === null ? undefined : new Issuer(login, this.#parts.clock, this.#options);
    return this.#issuer;
  }
}
