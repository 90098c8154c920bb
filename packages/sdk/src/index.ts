export { createClient, type Client, type EgressFilter } from './client.ts';
export { ApiError, type ApiErrorCode } from './api-error.ts';
export type { ClientOptions } from './transport.ts';
export type { EventOptions } from './events.ts';
export { readableBody, type Said } from './readable-body.ts';
