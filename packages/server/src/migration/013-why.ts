import type { Migration } from './migration.ts';

/** An index of what the ledger and the plans say already: it can be dropped and built again, and nobody has to believe it. */
export const why: Migration = {
  name: '013-why',
  sql: `
    drop table duovir.setting;

    -- One row: entries of the ledger that the index has seen.
    create table duovir.why_mark (
      is_only boolean primary key default true check (is_only),
      through bigint not null
    );

    -- Steps that were attested to be as planned, by the index of the attestation.
    create table duovir.why_step (
      entry bigint primary key,
      run text not null,
      step text not null,
      motion text not null,
      target text not null,
      identity text not null,
      time timestamptz not null,
      receipt bigint,
      permit bigint,
      verdict text,
      policy text,
      undone bigint
    );
    create index why_step_of_run on duovir.why_step (run, entry);
    create index why_step_of_motion on duovir.why_step (motion, entry);
    create index why_step_of_verdict on duovir.why_step (verdict, entry);
    create index why_step_of_policy on duovir.why_step (policy, entry);

    -- Who has had a part in them.
    create table duovir.why_part (
      entry bigint not null,
      principal text not null,
      part text not null,
      primary key (principal, entry, part)
    );
    create index why_part_of_step on duovir.why_part (entry);

    -- What they have made true, in the order of bytes: places are looked for by how they begin. The place is the entry times 4096 and a number. The value is sealed with its plan's key: who
    -- shreds the plan shreds what was read out of it (Invariant 12).
    create table duovir.why_value (
      place bigint primary key,
      target text collate "C" not null,
      resource text collate "C" not null,
      path text collate "C" not null,
      position text collate "C",
      sealed bytea not null
    );
    create index why_value_by_path on duovir.why_value (target, resource, path, place);
    create index why_value_by_position on duovir.why_value (target, resource, position, place) where position is not null;

    -- What can be asked about.
    create table duovir.why_place (
      target text collate "C" not null,
      resource text collate "C" not null,
      path text collate "C" not null,
      position text collate "C",
      place bigint not null,
      run text not null,
      primary key (target, resource, path)
    );
  `,
};
