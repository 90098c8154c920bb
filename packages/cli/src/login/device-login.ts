import {
  allowInsecureRequests,
  discovery,
  initiateDeviceAuthorization,
  None,
  pollDeviceAuthorizationGrant,
  type Configuration,
} from 'openid-client';
import type { Login } from '@duovir/protocol';
import { CliError } from '../error.ts';

const DEFAULT_SECONDS = 300;

export interface DeviceLogin {
  readonly subject: string;
  readonly accessToken: string;
  readonly seconds: number;
}

/** What a person opens in any browser, on any device. */
export interface DeviceQuestion {
  readonly place: string;
  readonly code: string;
}

/** Logs in where there is no browser: the person confirms a code at the issuer (RFC 8628). */
export async function logInByDevice(
  login: Login,
  ask: (question: DeviceQuestion) => void,
  interrupted: AbortSignal,
): Promise<DeviceLogin> {
  const configuration = await configurationOf(login);
  if (configuration.serverMetadata().device_authorization_endpoint === undefined)
    throw new CliError(
      'refused',
      `${login.issuer} offers no login by device code.`,
      'Log in to the console with a browser and issue a token there, or ask an administrator for one.',
    );
  try {
    const begun = await initiateDeviceAuthorization(configuration, { scope: 'openid', ...forApi(login) });
    ask({ place: begun.verification_uri_complete ?? begun.verification_uri, code: begun.user_code });
    const tokens = await pollDeviceAuthorizationGrant(configuration, begun, forApi(login), { signal: interrupted });
    const subject = tokens.claims()?.sub;
    if (subject === undefined) throw new TypeError('The issuer does not say who has logged in.');
    return { subject, accessToken: tokens.access_token, seconds: tokens.expires_in ?? DEFAULT_SECONDS };
  } catch (cause) {
    interrupted.throwIfAborted();
    throw new CliError(
      'refused',
      `${login.issuer} did not complete the login.`,
      'Begin again with `duovir login`.',
      cause,
    );
  }
}

async function configurationOf({ issuer, clientId }: Login): Promise<Configuration> {
  // The schema of the trust policy lets plain HTTP pass on the loopback only.
  const execute = issuer.startsWith('http:') ? [allowInsecureRequests] : [];
  try {
    return await discovery(new URL(issuer), clientId, undefined, None(), { execute });
  } catch (cause) {
    throw new CliError(
      'not-up',
      `${issuer} cannot be reached.`,
      'Look whether this machine may reach the issuer.',
      cause,
    );
  }
}

/** Issuers name the API differently: `resource` by RFC 8707, which has to be a URI, or `audience`. */
function forApi({ audience }: Login): Record<string, string> {
  return { audience, ...(URL.canParse(audience) ? { resource: audience } : {}) };
}
