import type { Passkey, PasskeysView, PasskeyView } from '@duovir/protocol';

/** Where a page is, as passkeys see it. */
export interface PagePlace {
  readonly hostName: string;
  readonly origin: string;
  /** Browsers have passkeys for pages that go by a name, from HTTPS or from this machine. */
  readonly hasPasskeys: boolean;
}

/** Whether the reader can sign on this page, and what is missing where not. */
export type Signing =
  | {
      readonly kind: 'ready';
      readonly person: string;
      readonly trustPolicy: PasskeysView['trustPolicy'];
      readonly relyingParty: string;
      readonly passkeys: readonly Passkey[];
    }
  /** `name`: under which the page could. */
  | { readonly kind: 'impossible'; readonly person: string; readonly name: string | undefined }
  /** Registered, but not in the trust policy. */
  | { readonly kind: 'proposed'; readonly person: string }
  | { readonly kind: 'none'; readonly person: string };

export function signingOf({ person, trustPolicy, passkeys }: PasskeysView, place: PagePlace): Signing {
  if (!place.hasPasskeys) return { kind: 'impossible', person, name: betterName(place) };
  const usable = passkeys.filter((passkey) => isOfPage(passkey, place));
  const enrolled = usable.filter(({ state }) => state === 'enrolled');
  const [first] = enrolled;
  if (!first) return { kind: usable.length > 0 ? 'proposed' : 'none', person };
  const { relyingParty } = first;
  const together = enrolled.filter((passkey) => passkey.relyingParty === relyingParty);
  return { kind: 'ready', person, trustPolicy, relyingParty, passkeys: together };
}

export function isOfPage({ relyingParty, origins }: PasskeyView, { hostName, origin }: PagePlace): boolean {
  const isNamed = hostName === relyingParty || hostName.endsWith(`.${relyingParty}`);
  return isNamed && origins.includes(origin);
}

/** This machine has a name that passkeys know, whatever address was opened. */
function betterName({ hostName, origin }: PagePlace): string | undefined {
  return hostName === '127.0.0.1' || hostName === '[::1]' ? origin.replace(hostName, 'localhost') : undefined;
}
