import type { Migration } from './migration.ts';

export const clarification: Migration = {
  name: '006-clarification',
  sql: `
    create table duovir.clarification (
      run text primary key references duovir.run (id),
      answer text not null
    );
  `,
};
