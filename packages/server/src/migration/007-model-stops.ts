import type { Migration } from './migration.ts';

/** Why people stopped all model calls; the ledger commits to the reasons. */
export const modelStops: Migration = {
  name: '007-model-stops',
  sql: `
    create table duovir.model_stop (
      since timestamptz primary key,
      person text not null,
      reason text not null,
      salt text not null
    );
  `,
};
