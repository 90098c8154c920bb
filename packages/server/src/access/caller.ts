import { accessActionSchema, type AccessAction } from '@duovir/protocol';
import type { ServerError } from '../error.ts';

/** Who asks, and by what he is known. */
export interface Caller {
  readonly person: string;
  /** What the credential may be used for; what the person may do, the access policies say. */
  readonly scopes: readonly AccessAction[];
  /** The token, session or login: revoked by this name. */
  readonly credential: string;
  readonly expiresAt: Date;
}

/** Somebody who is known by a credential, which may be of no use any more. */
export interface RecognisedCaller {
  readonly caller: Caller;
  readonly refusal: ServerError | undefined;
}

/** Of a person who has logged in himself. */
export const everyScope: readonly AccessAction[] = accessActionSchema.options;
