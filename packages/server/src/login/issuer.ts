import { createRemoteJWKSet, type RemoteJWKSet } from 'jose';
import {
  allowInsecureRequests,
  clockTolerance,
  discovery,
  enableNonRepudiationChecks,
  None,
  type Configuration,
} from 'openid-client';
import type { ClockPort } from '@duovir/engine';
import type { Login } from '@duovir/protocol';
import { ServerError } from '../error.ts';

/** How far the clocks of the issuer and of this server may be apart. */
export const CLOCK_SKEW_SECONDS = 60;
const TIMEOUT_SECONDS = 5;
/** After a failure the issuer is left alone for so long: anybody can send tokens that make us ask it. */
const PAUSE_MS = 5000;

export interface IssuerOptions {
  /** After keys were fetched, an unknown key makes us ask for new ones only when this is over. */
  readonly keyCooldownMs: number;
}

interface Known {
  readonly configuration: Configuration;
  readonly keys: RemoteJWKSet;
}

/** The identity provider of one trust policy, found by OpenID Connect Discovery when it is first needed. */
export class Issuer {
  readonly login: Login;
  readonly #options: IssuerOptions;
  readonly #clock: ClockPort;
  #known: Promise<Known> | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(login: Login, clock: ClockPort, options: IssuerOptions) {
    this.login = login;
    this.#clock = clock;
    this.#options = options;
  }

  async configuration(): Promise<Configuration> {
    return (await this.#found()).configuration;
  }

  async keys(): Promise<RemoteJWKSet> {
    return (await this.#found()).keys;
  }

  /** Throws `login-unavailable`: whoever cannot be recognised is nobody (Invariant 6). */
  async #found(): Promise<Known> {
    if (this.#clock.now().getTime() < this.#failedAt + PAUSE_MS)
      throw new ServerError('login-unavailable', `${this.login.issuer} did not answer a moment ago.`);
    this.#known ??= this.#discover();
    try {
      return await this.#known;
    } catch (cause) {
      this.#known = undefined;
      this.#failedAt = this.#clock.now().getTime();
      throw new ServerError('login-unavailable', `${this.login.issuer} cannot be asked who people are.`, cause);
    }
  }

  async #discover(): Promise<Known> {
    const { issuer, clientId } = this.login;
    const isPlain = issuer.startsWith('http:');
    // The schema of the trust policy lets plain HTTP pass on the loopback only.
    const execute = isPlain ? [allowInsecureRequests, enableNonRepudiationChecks] : [enableNonRepudiationChecks];
    const metadata = { [clockTolerance]: CLOCK_SKEW_SECONDS };
    const options = { execute, timeout: TIMEOUT_SECONDS };
    const configuration = await discovery(new URL(issuer), clientId, metadata, None(), options);
    const { jwks_uri: place } = configuration.serverMetadata();
    if (place === undefined || (!isPlain && !place.startsWith('https:')))
      throw new TypeError(`${issuer} names no safe place for its keys.`);
    const keys = createRemoteJWKSet(new URL(place), {
      cooldownDuration: this.#options.keyCooldownMs,
      timeoutDuration: TIMEOUT_SECONDS * 1000,
    });
    return { configuration, keys };
  }
}
