import type { Migration } from './migration.ts';

export const documents: Migration = {
  name: '002-documents',
  sql: `
    create table duovir.document (
      digest text not null,
      run text not null references duovir.run (id),
      role text not null,
      commitment text not null,
      salt text not null,
      key bytea not null,
      sealed bytea not null,
      stored_at timestamptz not null default now(),
      primary key (digest, run, role)
    );
    create index document_by_commitment on duovir.document (run, commitment);
  `,
};
