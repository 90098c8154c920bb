import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider, type JWK } from 'oidc-provider';

export const CLIENT = 'duovir-cli';
export const AUDIENCE = 'https://duovir.example/api';

/** A real OpenID provider on the loopback, with or without login by device code. */
export interface DeviceIssuer {
  readonly url: string;
  /** What a person does who opens the place: logs in as `subject` and confirms, as his browser would. */
  confirm(place: string, subject: string): Promise<void>;
  close(): Promise<void>;
}

export async function startDeviceIssuer({ offersDevice = true } = {}): Promise<DeviceIssuer> {
  let subject = '';
  let provider: Provider | undefined;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      if (!provider) return;
      if (incoming.url?.startsWith('/interaction/') !== true) return provider.callback()(incoming, outgoing);
      const grant = new provider.Grant({ clientId: CLIENT, accountId: subject });
      grant.addOIDCScope('openid');
      const consent = { grantId: await grant.save() };
      await provider.interactionFinished(incoming, outgoing, { login: { accountId: subject }, consent });
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  provider = providerOf(url, offersDevice);
  return {
    url,
    confirm: (place, as) => {
      subject = as;
      return confirm(place);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function providerOf(url: string, offersDevice: boolean): Provider {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' } as JWK;
  const device = 'urn:ietf:params:oauth:grant-type:device_code';
  return new Provider(url, {
    clients: [
      {
        client_id: CLIENT,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: offersDevice ? ['authorization_code', device] : ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ['signs the cookies of a test'] },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: offersDevice },
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

/** Sends each form back as it came, and says yes to the last one. */
async function confirm(place: string): Promise<void> {
  const cookies = new Map<string, string>();
  const open = async (url: string, form?: URLSearchParams): Promise<string> => {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: form } : {}),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    return location === null ? answer.text() : open(new URL(location, url).href);
  };
  const valueOf = (page: string, name: string): string =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
  let page = await open(place);
  for (const more of [{}, { confirm: 'yes' }]) {
    const code = valueOf(page, 'user_code') || (new URL(place).searchParams.get('user_code') ?? '');
    const form = new URLSearchParams({ xsrf: valueOf(page, 'xsrf'), user_code: code, ...more });
    page = await open(place.split('?')[0] ?? place, form);
  }
}
