export { createClient, type Client } from './client.ts';
export { ApiError, type ApiErrorCode } from './api-error.ts';
export type { ClientOptions } from './transport.ts';
export type { EventOptions } from './events.ts';
