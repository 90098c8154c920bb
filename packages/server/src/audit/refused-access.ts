import type * as z from 'zod';
import type { accessRefusalSchema } from '@duovir/protocol';
import { ServerError, type ServerErrorCode } from '../error.ts';

export type RefusalReason = z.infer<typeof accessRefusalSchema>;

/** What turns somebody away, and why. Everything else that goes wrong is no attempt at what is not allowed. */
const reasons: Readonly<Partial<Record<ServerErrorCode, RefusalReason>>> = {
  unauthenticated: 'unauthenticated',
  'login-invalid': 'unauthenticated',
  'token-expired': 'expired',
  'token-revoked': 'expired',
  'scope-missing': 'out-of-scope',
  'scope-escalation': 'out-of-scope',
  forbidden: 'not-allowed',
  separation: 'not-allowed',
  'page-foreign': 'not-allowed',
  'approval-foreign': 'not-allowed',
  'statement-foreign': 'not-allowed',
  'request-unsigned': 'not-allowed',
  'break-glass-closed': 'not-allowed',
  'streams-full': 'too-often',
};

/** Also of a run that somebody is told does not exist because he may not see it. */
export function refusalReason(error: unknown): RefusalReason | undefined {
  if (!(error instanceof ServerError)) return undefined;
  return reasons[error.code] ?? (error.code === 'run-unknown' ? refusalReason(error.cause) : undefined);
}
