export { ServerError, type ServerErrorCode } from './error.ts';
export { databaseUrl, hasOwnDatabase, recordDatabase } from './postgres/database-url.ts';
export { removePostgres } from './postgres/place.ts';
export { startPostgres, type Postgres, type PostgresOptions } from './postgres/start.ts';
