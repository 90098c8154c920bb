import type { Migration } from './migration.ts';

/** Passkeys that people have registered. Each signs once the officer's trust policy lists it, and not because it stands here. */
export const passkeys: Migration = {
  name: '011-passkeys',
  sql: `
    create table duovir.passkey (
      id text primary key,
      person text not null,
      public_key text not null,
      relying_party text not null,
      origin text not null,
      proposed_at timestamptz not null
    );
    create index passkey_person on duovir.passkey (person, proposed_at);
  `,
};
