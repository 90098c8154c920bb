import type { Migration } from './migration.ts';

export const runs: Migration = {
  name: '001-runs',
  sql: `
    create schema duovir;

    create table duovir.run (
      number bigint generated always as identity unique,
      id text primary key,
      requester text not null,
      accepted json not null,
      state json not null,
      playbook text,
      heals integer not null default 0,
      created_at timestamptz not null,
      ended_at timestamptz,
      cancelled_by text,
      cancelled_at timestamptz
    );
    create index run_open on duovir.run (number) where ended_at is null;

    create table duovir.idempotency_key (
      person text not null,
      key text not null,
      request_digest text not null,
      run text not null references duovir.run (id),
      created_at timestamptz not null default now(),
      primary key (person, key)
    );

    create table duovir.event (
      seq bigint generated always as identity primary key,
      run text not null references duovir.run (id),
      key text not null,
      type text not null,
      time timestamptz not null,
      body json not null,
      unique (run, key)
    );
    create index event_of_run on duovir.event (run, seq);
    create index log_of_run on duovir.event (run, seq) where type = 'step-log';

    create table duovir.motion (
      digest text primary key,
      number bigint generated always as identity unique,
      run text not null references duovir.run (id),
      kind text not null,
      revision integer not null,
      risk_class text not null,
      reasons json not null,
      verdict text,
      explanation text
    );
    create index motion_of_run on duovir.motion (run, number);

    create table duovir.approval (
      motion text not null references duovir.motion (digest),
      person text not null,
      verdict text not null,
      envelope json not null,
      entry bigint not null,
      given_at timestamptz not null,
      primary key (motion, person)
    );

    create table duovir.setting (
      number bigint generated always as identity primary key,
      run text not null references duovir.run (id),
      step text not null,
      motion text not null,
      target text not null,
      resource text not null,
      path text not null,
      value json not null,
      entry bigint not null,
      unique (run, step, motion, target, resource, path)
    );
    create index setting_by_path on duovir.setting (target, resource, path, number desc);
  `,
};
