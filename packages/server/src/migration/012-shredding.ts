import type { Migration } from './migration.ts';

/** A document that was shredded leaves its row: that it was there, and the entry that says who had it destroyed. */
export const shredding: Migration = {
  name: '012-shredding',
  sql: `
    alter table duovir.document alter column salt drop not null;
    alter table duovir.document alter column key drop not null;
    alter table duovir.document alter column sealed drop not null;
    alter table duovir.document add column shredded_by bigint;
    -- Nothing is half there: with the key goes everything that it opens, and the salt that would let it be guessed.
    alter table duovir.document add constraint document_whole check (
      (shredded_by is null and salt is not null and key is not null and sealed is not null)
      or (shredded_by is not null and salt is null and key is null and sealed is null));
    create index document_commitment on duovir.document (commitment);
    create index document_age on duovir.document (stored_at, commitment) where shredded_by is null;

    -- Up to where the ledger's orders to shred are known to be carried out.
    create table duovir.shredding_position (position bigint not null);
    insert into duovir.shredding_position (position) values (0);
  `,
};
