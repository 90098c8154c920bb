import { accessActionSchema, type AccessAction } from '@duovir/protocol';

/** Who asks, and by what he is known. */
export interface Caller {
  readonly person: string;
  /** What the credential may be used for; what the person may do, the access policies say. */
  readonly scopes: readonly AccessAction[];
  /** The token, session or login: revoked by this name. */
  readonly credential: string;
  readonly expiresAt: Date;
}

/** Of a person who has logged in himself. */
export const everyScope: readonly AccessAction[] = accessActionSchema.options;
