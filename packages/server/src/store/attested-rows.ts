import { pointerOf } from '@duovir/protocol';
import type { AttestedStep } from '../why/derive-run.ts';
import { ValueSeal } from '../why/sealed-value.ts';
import type { Ask, Row } from './database.ts';

/** Places of one entry: more values than a step has. */
export const PLACES = 4096;

/** One row, in the order of its columns. */
type Cells = readonly (string | number | null)[];
/** What the index says about one run. */
export interface IndexRows {
  readonly steps: readonly Cells[];
  readonly parts: readonly Cells[];
  readonly values: readonly Cells[];
}

export async function planSeals(ask: Ask, run: string): Promise<Map<string, ValueSeal>> {
  const rows = await ask(
    `select digest, key from duovir.document where run = $1 and role = 'plan' and key is not null`,
    [run],
  );
  return new Map(rows.map((row) => [String(row['digest']), new ValueSeal(row['key'] as Buffer)]));
}

export function rowsOf(steps: readonly AttestedStep[], seals: ReadonlyMap<string, ValueSeal>): IndexRows {
  const inOrder = steps.toSorted((left, right) => left.entry - right.entry);
  return {
    steps: inOrder.map((step) => [
      step.entry,
      step.run,
      step.step,
      step.motion,
      step.target,
      step.identity,
      step.time,
      step.receipt,
      step.permit,
      step.verdict,
      step.policy,
      step.undone,
    ]),
    parts: inOrder.flatMap(({ entry, parts }) =>
      parts
        .map(({ principal, part }) => [entry, principal, part] as const)
        .toSorted((left, right) => (left.join(' ') < right.join(' ') ? -1 : 1)),
    ),
    values: inOrder.flatMap(({ entry, target, motion, values }) => {
      const seal = seals.get(motion);
      if (!seal) return [];
      return values.map(({ resource, path, position, value }, at) => [
        entry * PLACES + at,
        target,
        resource,
        pointerOf(path),
        position && pointerOf(position),
        seal.seal(value, { entry, resource, path: pointerOf(path) }).toString('hex'),
      ]);
    }),
  };
}

/** Values of plans that were shredded open no more, and are neither right nor wrong. */
export async function rowsIn(ask: Ask, run: string, openPlans: readonly string[]): Promise<IndexRows> {
  const steps = await ask(
    `select entry, run, step, motion, target, identity, time, receipt, permit, verdict, policy, undone
     from duovir.why_step where run = $1 order by entry`,
    [run],
  );
  const entries = steps.map((row) => Number(row['entry']));
  const open = steps.filter((row) => openPlans.includes(String(row['motion']))).map((row) => Number(row['entry']));
  const parts = await ask(
    `select entry, principal, part from duovir.why_part where entry = any($1)
     order by entry, (principal || ' ' || part) collate "C"`,
    [entries],
  );
  const values = await ask(
    `select place, target, resource, path, position, encode(sealed, 'hex') as sealed
     from unnest($1::bigint[]) as entry
     join duovir.why_value value on value.place >= entry * ${PLACES} and value.place < (entry + 1) * ${PLACES}
     order by place`,
    [open],
  );
  return { steps: steps.map(cellsOf), parts: parts.map(cellsOf), values: values.map(cellsOf) };
}

/** bigint comes as text. */
const NUMBERS = new Set(['entry', 'receipt', 'permit', 'undone', 'place']);

function cellsOf(row: Row): Cells {
  return Object.entries(row).map(([name, cell]) => {
    if (cell instanceof Date) return cell.toISOString();
    if (typeof cell !== 'string') return null;
    return NUMBERS.has(name) ? Number(cell) : cell;
  });
}

/** `own`: its entries as the ledger has them, whatever a row in their place says. */
export async function forgetRows(ask: Ask, run: string, own: readonly number[] = []): Promise<void> {
  const steps = await ask('delete from duovir.why_step where run = $1 or entry = any($2) returning entry', [run, own]);
  const entries = [...new Set([...own, ...steps.map((row) => Number(row['entry']))])];
  await ask('delete from duovir.why_part where entry = any($1)', [entries]);
  await ask(
    `delete from duovir.why_value value using unnest($1::bigint[]) as entry
     where value.place >= entry * ${PLACES} and value.place < (entry + 1) * ${PLACES}`,
    [entries],
  );
}

export async function insertRows(ask: Ask, { steps, parts, values }: IndexRows): Promise<void> {
  const columns = (rows: readonly Cells[], width: number): (string | number | null)[][] =>
    Array.from({ length: width }, (_, at) => rows.map((row) => row[at] ?? null));
  await ask(
    `insert into duovir.why_step (entry, run, step, motion, target, identity, time, receipt, permit, verdict, policy, undone)
     select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
       $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::bigint[])`,
    columns(steps, 12),
  );
  await ask(
    `insert into duovir.why_part (entry, principal, part) select * from unnest($1::bigint[], $2::text[], $3::text[])`,
    columns(parts, 3),
  );
  await ask(
    `insert into duovir.why_value (place, target, resource, path, position, sealed)
     select place, target, resource, path, position, decode(sealed, 'hex')
     from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       as value (place, target, resource, path, position, sealed)`,
    columns(values, 6),
  );
  const runs = new Map(steps.map(([entry, run]) => [entry, run]));
  const ofRun = values.map((row) => [...row.slice(0, 5), runs.get(Math.floor(Number(row[0]) / PLACES)) ?? '']);
  await ask(
    `insert into duovir.why_place (place, target, resource, path, position, run)
     select distinct on (target, resource, path) * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[],
       $6::text[]) as value (place, target, resource, path, position, run) order by target, resource, path, place desc
     on conflict (target, resource, path) do update
       set place = excluded.place, position = excluded.position, run = excluded.run where why_place.place <= excluded.place`,
    columns(ofRun, 6),
  );
}
