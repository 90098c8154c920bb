import { ledgerMigrations } from '@duovir/ledger';
import type { ClockPort, RandomPort } from '@duovir/engine';
import { EventFeed } from '../feed/event-feed.ts';
import { migrate } from '../migration/migrate.ts';
import { migrations } from '../migration/migrations.ts';
import { Approvals } from './approvals.ts';
import { AttestedValues } from './attested-values.ts';
import { Clarifications } from './clarifications.ts';
import { Database } from './database.ts';
import { Documents } from './documents.ts';
import { EgressCalls } from './egress-calls.ts';
import { EventWriter } from './event-writer.ts';
import { Events, lastEventNumber } from './events.ts';
import { Grants } from './grants.ts';
import { ModelAnswers } from './model-answers.ts';
import { ModelStops } from './model-stops.ts';
import { Motions } from './motions.ts';
import { Passkeys } from './passkeys.ts';
import { Placeholders } from './placeholders.ts';
import { Runs } from './runs.ts';
import { Stops } from './stops.ts';
import { TrustPolicies } from './trust-policies.ts';

/** Everything the server keeps in PostgreSQL besides the ledger and the engine's journal. */
export interface Store {
  readonly database: Database;
  readonly documents: Documents;
  readonly events: Events;
  readonly feed: EventFeed;
  readonly motions: Motions;
  readonly approvals: Approvals;
  readonly attestedValues: AttestedValues;
  readonly clarifications: Clarifications;
  readonly egressCalls: EgressCalls;
  readonly grants: Grants;
  readonly modelAnswers: ModelAnswers;
  readonly modelStops: ModelStops;
  readonly passkeys: Passkeys;
  readonly placeholders: Placeholders;
  readonly runs: Runs;
  readonly stops: Stops;
  readonly trustPolicies: TrustPolicies;
  close(): Promise<void>;
}

/** Connects, brings the schema up to date (the ledger's too) and finds where the events are. */
export async function openStore(url: string, clock: ClockPort, random: RandomPort): Promise<Store> {
  const database = new Database(url);
  await migrate(database, [...ledgerMigrations.map(({ id, sql }) => ({ name: id, sql })), ...migrations]);
  const feed = new EventFeed(await lastEventNumber(database));
  const writer = new EventWriter(database, feed);
  const motions = new Motions(database);
  const approvals = new Approvals(database);
  const documents = new Documents(database);
  const clarifications = new Clarifications(database, documents, random);
  return {
    database,
    documents,
    events: new Events(database, writer, clock),
    feed,
    motions,
    approvals,
    attestedValues: new AttestedValues(database),
    clarifications,
    egressCalls: new EgressCalls(database),
    grants: new Grants(database),
    modelAnswers: new ModelAnswers(database, documents, random),
    modelStops: new ModelStops(database, random),
    passkeys: new Passkeys(database),
    placeholders: new Placeholders(database, random),
    runs: new Runs(database, { clock, motions, approvals, clarifications }),
    stops: new Stops(database),
    trustPolicies: new TrustPolicies(database),
    close: async () => {
      await writer.idle();
      await database.close();
    },
  };
}
