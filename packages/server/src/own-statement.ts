import {
  keyIdOfEnvelope,
  openStatement,
  type EntryKind,
  type Envelope,
  type Principal,
  type Statement,
} from '@duovir/protocol';
import type { ClockPort, TrustPort } from '@duovir/engine';
import { ServerError } from './error.ts';

/** How far the clocks of a person and of the server may be apart, and how long a signature may take to arrive. */
const FRESH_MS = 10 * 60_000;

interface Parts {
  readonly trust: TrustPort;
  readonly clock: ClockPort;
}

export function enrolledPerson({ trust }: Pick<Parts, 'trust'>, person: string): Principal {
  const principal = trust.current().policy.principals.find(({ name, role }) => role === 'person' && name === person);
  if (!principal) throw new ServerError('forbidden', `${person} is not a person of the trust policy.`);
  return principal;
}

/** What the person who is logged in has signed himself, just now. What it is about is for the caller to look at. */
export function ownStatement<Kind extends EntryKind>(
  parts: Parts,
  person: string,
  kind: Kind,
  envelope: Envelope,
): Statement<Kind> {
  const principal = enrolledPerson(parts, person);
  const [owner] = keyIdOfEnvelope(envelope).split('/');
  if (owner !== person)
    throw new ServerError('statement-foreign', `The ${kind} is signed by ${owner ?? 'nobody'}, not by ${person}.`);
  const statement = opened(envelope, kind, principal);
  const distance = Math.abs(parts.clock.now().getTime() - Date.parse(statement.time));
  if (distance > FRESH_MS)
    throw new ServerError(
      'statement-invalid',
      `The ${kind} was signed at ${statement.time}, more than 10 minutes away.`,
    );
  return statement;
}

function opened<Kind extends EntryKind>(envelope: Envelope, kind: Kind, principal: Principal): Statement<Kind> {
  try {
    return openStatement(envelope, kind, principal);
  } catch (cause) {
    throw new ServerError(
      'statement-invalid',
      `This is no ${kind} that bears the signature of ${principal.name}.`,
      cause,
    );
  }
}
