import type { Migration } from './migration.ts';

/**
 * One row for each try of a call to a model. Bodies are documents of the run: here are only their digests. Until it has
 * its entry a row is an intention, of which nothing has left.
 */
export const egress: Migration = {
  name: '004-egress',
  sql: `
    create table duovir.egress_call (
      number bigint generated always as identity unique,
      call text not null,
      try integer not null,
      run text not null references duovir.run (id),
      time timestamptz not null,
      principal text not null,
      purpose text not null,
      question text not null,
      model text not null,
      provider text not null,
      data_class text not null,
      bytes integer not null,
      digest text not null,
      redactions json not null,
      entry bigint,
      outcome text not null default 'pending',
      received text,
      tokens bigint not null default 0,
      micro_usd bigint not null default 0,
      end_entry bigint,
      primary key (call, try)
    );
    create index egress_call_of_run on duovir.egress_call (run, number);
    create index egress_call_pending on duovir.egress_call (number) where end_entry is null;

    create table duovir.model_answer (
      question text not null,
      principal text not null,
      run text not null references duovir.run (id),
      answer text not null,
      primary key (question, principal)
    );
  `,
};
