import type { Migration } from './migration.ts';

/** What people have signed: requests, approvals under one trust policy, stops, and who broke the glass together. */
export const emergency: Migration = {
  name: '010-emergency',
  sql: `
    alter table duovir.run add column intent json;

    -- A motion is put to the vote again when the trust policy changes; who approved under the old one is asked again.
    alter table duovir.approval add column trust_policy text not null default '';
    alter table duovir.approval alter column trust_policy drop default;
    alter table duovir.approval drop constraint approval_pkey;
    alter table duovir.approval add primary key (motion, person, trust_policy);

    create table duovir.stop (
      digest text primary key,
      person text not null,
      reason text not null,
      salt text not null,
      halt boolean not null,
      statement json not null,
      since timestamptz not null,
      lifted_by text,
      lifted_at timestamptz
    );
    create index stop_in_force on duovir.stop (since) where lifted_at is null;

    create table duovir.break_glass (
      id text primary key,
      trust_policy text not null,
      classes json not null,
      until timestamptz not null,
      reason text not null,
      salt text not null,
      ended_by text,
      ended_at timestamptz
    );

    create table duovir.break_glass_statement (
      id text not null references duovir.break_glass (id),
      person text not null,
      statement json not null,
      entry bigint not null,
      given_at timestamptz not null,
      primary key (id, person)
    );
  `,
};
