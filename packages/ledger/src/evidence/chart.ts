import type { PackedLog } from './packed-log.ts';
import type { Row } from './report/report.ts';

/** What one chart shows, for whoever draws it: this package draws nothing. */
export interface Chart {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** In order. */
  readonly categories: readonly string[];
  /** Values in the order of the categories. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** Drawn across, where there is one. */
  readonly limit: { readonly name: string; readonly value: number } | null;
}

interface ChartDefinition {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly report: string;
  category(row: Row): string;
  series(row: Row): string;
  value(row: Row): number;
  /** Rows that it is not about are left out. */
  isAbout?(row: Row): boolean;
  limit(log: PackedLog): Chart['limit'];
}

const MICRO = 1_000_000;
const text = (value: Row[string]): string => (value === null || value === undefined ? 'none' : String(value));
const day = (value: Row[string]): string => text(value).slice(0, 'YYYY-MM-DD'.length);
const each = (): number => 1;
const unlimited = (): null => null;

const definitions: readonly ChartDefinition[] = [
  {
    name: 'changes-by-outcome',
    title: 'Changes by outcome',
    unit: 'changes',
    report: 'changes',
    category: (row) => day(row['requested_at']),
    series: (row) => text(row['outcome']),
    value: each,
    limit: unlimited,
  },
  {
    name: 'changes-by-class',
    title: 'Changes by risk class',
    unit: 'changes',
    report: 'changes',
    category: (row) => day(row['requested_at']),
    series: (row) => text(row['risk_class']),
    value: each,
    limit: unlimited,
  },
  {
    name: 'approvals',
    title: 'Words for and against',
    unit: 'votes',
    report: 'approvals',
    category: (row) => text(row['by']),
    series: (row) => text(row['verdict']),
    // A verdict is counted from them; it is not one of them.
    isAbout: (row) => row['kind'] !== 'verdict',
    value: each,
    limit: unlimited,
  },
  {
    name: 'denials',
    title: 'Rules that said no',
    unit: 'denials',
    report: 'policy-denials',
    category: (row) => text(row['rule']),
    series: (row) => text(row['kind']),
    value: each,
    limit: unlimited,
  },
  {
    name: 'healing',
    title: 'Failures and what was decided about them',
    unit: 'diagnoses',
    report: 'healing',
    category: (row) => (row['kind'] === 'diagnosis' ? text(row['class']) : 'patch put to the vote'),
    series: (row) => (row['kind'] === 'diagnosis' ? text(row['decision']) : text(row['risk_class'])),
    value: each,
    limit: unlimited,
  },
  {
    name: 'spending',
    title: 'Spending on models',
    unit: 'USD',
    report: 'budgets',
    category: (row) => day(row['time']),
    series: () => 'spent',
    value: (row) => Number(row['micro_usd'] ?? 0) / MICRO,
    limit: ({ keys }) => {
      const { microUsd } = keys.newest.policy.budget.day;
      return { name: 'cap of a day', value: microUsd / MICRO };
    },
  },
];

/** More of them than this nobody can read: days become months, and the rest of a ranking is put together. */
const MOST_DAYS = 62;
const MOST_NAMES = 20;

/** Adds up what charts show while the tables are written. */
export class ChartBook {
  readonly #log: PackedLog;
  readonly #sums = new Map<ChartDefinition, Map<string, Map<string, number>>>();

  constructor(log: PackedLog) {
    this.#log = log;
  }

  add(report: string, row: Row): void {
    for (const definition of definitions) {
      if (definition.report !== report || definition.isAbout?.(row) === false) continue;
      const categories = this.#sums.get(definition) ?? new Map<string, Map<string, number>>();
      this.#sums.set(definition, categories);
      const category = definition.category(row);
      const series = categories.get(category) ?? new Map<string, number>();
      categories.set(category, series);
      const name = definition.series(row);
      series.set(name, (series.get(name) ?? 0) + definition.value(row));
    }
  }

  get charts(): Chart[] {
    return definitions.flatMap((definition) => {
      const sums = this.#sums.get(definition);
      const isEmpty = !sums || [...sums.keys()].every((category) => total(sums, category) === 0);
      return !isEmpty ? [chartOf(definition, readable(sums), this.#log)] : [];
    });
  }
}

type Sums = ReadonlyMap<string, ReadonlyMap<string, number>>;

function chartOf({ name, title, unit, limit }: ChartDefinition, sums: Sums, log: PackedLog): Chart {
  const categories = [...sums.keys()];
  const names = [...new Set([...sums.values()].flatMap((series) => [...series.keys()]))].toSorted();
  const series = names.map((one) => ({
    name: one,
    values: categories.map((category) => sums.get(category)?.get(one) ?? 0),
  }));
  return { name, title, unit, categories, series, limit: limit(log) };
}

function readable(sums: Sums): Sums {
  const isByDay = [...sums.keys()].every((category) => /^\d{4}-\d\d-\d\d$/.test(category));
  if (isByDay) {
    const grouped = sums.size > MOST_DAYS ? merged(sums, (category) => category.slice(0, 'YYYY-MM'.length)) : sums;
    return new Map([...grouped].toSorted(([left], [right]) => (left < right ? -1 : 1)));
  }
  const ranked = [...sums.keys()].toSorted(
    (left, right) => total(sums, right) - total(sums, left) || (left < right ? -1 : 1),
  );
  const shown = new Set(ranked.slice(0, MOST_NAMES));
  const ordered = new Map(ranked.map((category) => [category, sums.get(category) ?? new Map<string, number>()]));
  return merged(ordered, (category) => (shown.has(category) ? category : 'others'));
}

function total(sums: Sums, category: string): number {
  return [...(sums.get(category)?.values() ?? [])].reduce((sum, value) => sum + value, 0);
}

function merged(sums: Sums, nameOf: (category: string) => string): Map<string, Map<string, number>> {
  const together = new Map<string, Map<string, number>>();
  for (const [category, series] of sums) {
    const into = together.get(nameOf(category)) ?? new Map<string, number>();
    together.set(nameOf(category), into);
    for (const [name, value] of series) into.set(name, (into.get(name) ?? 0) + value);
  }
  return together;
}
