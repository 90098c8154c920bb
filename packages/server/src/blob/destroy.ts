import { acceptedRequestSchema } from '@duovir/protocol';
import type { Ask, Database } from '../store/database.ts';
import { eventOf } from '../store/event-writer.ts';
import { blankEvent } from './blank-event.ts';
import { shreddedText } from './shredded-by.ts';

export interface Order {
  readonly run: string;
  readonly commitment: string;
  /** Index of the entry that says so. */
  readonly entry: number;
}

const EVENTS = 500;

/**
 * Key, salt and sealed bytes are gone when this resolves, and with them whatever of the run repeats content and no entry commits
 * to: output, evidence, bodies of answers, placeholders, words in events and lists. All of it or nothing; the same again is harmless.
 */
export async function destroy(
  database: Database,
  { run, commitment, entry }: Order,
  committed: ReadonlyMap<string, number>,
): Promise<void> {
  await database.transaction(async (ask) => {
    await ask(
      `update duovir.document set salt = null, key = null, sealed = null, shredded_by = $3
       where run = $1 and shredded_by is null and (commitment = $2 or not commitment = any($4))`,
      [run, commitment, entry, [...committed.keys()]],
    );
    await blankRun(ask, run, entry);
    await blankEvents(ask, run, shreddedText(entry));
    // Each has a value in it, sealed with a key of its own; the vault's key is what values were named with.
    await ask('delete from duovir.placeholder_vault where run = $1', [run]);
    for (const table of ['model_answer', 'clarification', 'idempotency_key'])
      await ask(`delete from duovir.${table} where run = $1`, [run]);
  });
}

async function blankRun(ask: Ask, run: string, entry: number): Promise<void> {
  const blank = shreddedText(entry);
  await ask('update duovir.motion set explanation = $2 where run = $1 and explanation is not null', [run, blank]);
  const [row] = await ask('select accepted, state from duovir.run where id = $1', [run]);
  const state = { ...(row?.['state'] as object), explanation: blank };
  await ask('update duovir.run set state = $2 where id = $1', [run, JSON.stringify(state)]);
  const sealed = await ask(
    "select 1 from duovir.document where run = $1 and role = 'request' and shredded_by is null",
    [run],
  );
  // The request in clear goes with the blob that holds it.
  if (sealed.length > 0) return;
  const accepted = acceptedRequestSchema.parse(row?.['accepted']);
  const { salt: _destroyed, ...left } = accepted.request;
  const request = { ...left, goal: blank, inputs: {} };
  await ask('update duovir.run set accepted = $2 where id = $1', [run, JSON.stringify({ ...accepted, request })]);
}

async function blankEvents(ask: Ask, run: string, blank: string): Promise<void> {
  await ask(
    `update duovir.event set body = jsonb_set(body::jsonb, '{text}', to_jsonb($2::text))::json
     where run = $1 and type = 'step-log'`,
    [run, blank],
  );
  for (let after = 0; ;) {
    const rows = await ask(
      `select * from duovir.event where run = $1 and type <> 'step-log' and seq > $2 order by seq limit ${EVENTS}`,
      [run, after],
    );
    const events = rows.map(eventOf);
    const blanked = events.map((event) => blankEvent(event, blank));
    const kept = blanked.filter((event) => event !== undefined);
    await ask(
      `update duovir.event set body = changed.body from unnest($1::bigint[], $2::json[]) as changed (seq, body)
       where event.seq = changed.seq`,
      [kept.map(({ seq }) => seq), kept.map(({ body }) => JSON.stringify(body))],
    );
    const emptied = events.filter((_, at) => blanked[at] === undefined);
    await ask('delete from duovir.event where seq = any($1)', [emptied.map(({ seq }) => seq)]);
    if (rows.length < EVENTS) return;
    after = events.at(-1)?.seq ?? after;
  }
}
