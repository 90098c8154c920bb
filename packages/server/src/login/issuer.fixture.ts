import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { Provider, type JWK } from 'oidc-provider';

export const CLIENT = 'duovir-console';
export const AUDIENCE = 'https://duovir.example/api';
const CALLBACK_PATH = '/v1/login/callback';

interface Keys {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly provider: Provider;
}

/** A real OpenID provider on the loopback. Whoever comes to its page is logged in as `subject`. */
export class TestIssuer {
  subject = 'subject-of-ann';
  readonly url: string;
  readonly #stop: () => Promise<void>;
  #keys: Keys | undefined;
  #isDown = false;
  #generation = 0;

  private constructor(url: string, stop: () => Promise<void>) {
    this.url = url;
    this.#stop = stop;
  }

  static async start(): Promise<TestIssuer> {
    let issuer: TestIssuer | undefined;
    const server = createServer((incoming, outgoing) => void issuer?.answer(incoming, outgoing));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    issuer = new TestIssuer(`http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    await issuer.rotate();
    return issuer;
  }

  async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const provider = this.#keys?.provider;
    if (this.#isDown || !provider) {
      outgoing.writeHead(503).end();
      return;
    }
    if (incoming.url?.startsWith('/interaction/') === true) await this.#agree(provider, incoming, outgoing);
    else await provider.callback()(incoming, outgoing);
  }

  /** What a person does on the issuer's page: logs in and agrees. */
  async #agree(provider: Provider, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const grant = new provider.Grant({ clientId: CLIENT, accountId: this.subject });
    grant.addOIDCScope('openid');
    const agreed = { login: { accountId: this.subject }, consent: { grantId: await grant.save() } };
    await provider.interactionFinished(incoming, outgoing, agreed);
  }

  /** New keys take the place of the old ones. */
  async rotate(): Promise<void> {
    this.#generation += 1;
    const id = `key-${this.#generation}`;
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: id, alg: 'RS256', use: 'sig' } as JWK;
    this.#keys = { id, privateKey, provider: providerOf(this.url, key) };
  }

  goDown(isDown = true): void {
    this.#isDown = isDown;
  }

  /** An access token, as it should be but for what the test changes. */
  async sign(claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
    if (!this.#keys) throw new Error('The issuer has no key.');
    const now = Math.floor(Date.now() / 1000);
    const good = { iss: this.url, aud: AUDIENCE, sub: this.subject, iat: now, exp: now + 600 };
    return new SignJWT({ ...good, ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: this.#keys.id })
      .sign(this.#keys.privateKey);
  }

  close(): Promise<void> {
    return this.#stop();
  }
}

function providerOf(url: string, key: JWK): Provider {
  return new Provider(url, {
    clients: [
      {
        client_id: CLIENT,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        // On the loopback any port will do (RFC 8252).
        redirect_uris: [`http://127.0.0.1${CALLBACK_PATH}`],
        grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: [key.kid ?? ''] },
    findAccount: (_context, subject) => ({ accountId: subject, claims: () => ({ sub: subject }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, audience) => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
        }),
      },
    },
  });
}
