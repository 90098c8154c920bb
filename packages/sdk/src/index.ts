export { createClient, type Client, type EgressFilter } from './client.ts';
export { ApiError, type ApiErrorCode } from './api-error.ts';
export type { ClientOptions } from './transport.ts';
export type { EventOptions } from './events.ts';
export { readableBody, type Said } from './readable-body.ts';
export { digestOfDocument } from './sign/sha256.ts';
export { newRunId } from './sign/run-id.ts';
export { signWithPasskey, type AskPasskey } from './sign/sign-with-passkey.ts';
export { approvalStatement, intentStatement, liftStatement, type Saying } from './sign/statements.ts';
