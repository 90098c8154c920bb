import type { Migration } from './migration.ts';

/** Values sealed one by one, as documents are. Without its rows here a run's placeholders stand for nothing any more. */
export const placeholders: Migration = {
  name: '005-placeholders',
  sql: `
    create table duovir.placeholder_vault (
      run text primary key references duovir.run (id),
      key bytea not null
    );

    create table duovir.placeholder (
      number bigint generated always as identity unique,
      run text not null references duovir.placeholder_vault (run) on delete cascade,
      placeholder text not null,
      kind text not null,
      commitment text not null,
      salt text not null,
      key bytea not null,
      sealed bytea not null,
      primary key (run, placeholder)
    );
    create index placeholder_of_run on duovir.placeholder (run, number);
  `,
};
