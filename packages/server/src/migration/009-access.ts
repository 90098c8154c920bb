import type { Migration } from './migration.ts';

/** Hashes of what people come with, and logins that are under way. */
export const access: Migration = {
  name: '009-access',
  sql: `
    create table duovir.token (
      id text primary key,
      person text not null,
      issuer text not null,
      scopes json not null,
      issued_at timestamptz not null,
      expires_at timestamptz not null,
      last_used_at timestamptz,
      revoked_at timestamptz,
      hash text not null
    );
    create index token_of_person on duovir.token (person);

    create table duovir.session (
      hash text primary key,
      person text not null,
      expires_at timestamptz not null
    );

    create table duovir.login_attempt (
      hash text primary key,
      issuer text not null,
      state text not null,
      nonce text not null,
      verifier text not null,
      expires_at timestamptz not null
    );
  `,
};
