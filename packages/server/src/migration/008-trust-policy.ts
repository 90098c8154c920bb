import type { Migration } from './migration.ts';

/** Trust policies that came in force, or were about to: the ledger says which, and has no more than their digests. */
export const trustPolicy: Migration = {
  name: '008-trust-policy',
  sql: `
    create table duovir.trust_policy (
      version integer primary key,
      digest text not null,
      signed text not null,
      is_first boolean not null,
      entry bigint,
      is_placed boolean not null default false
    );
  `,
};
