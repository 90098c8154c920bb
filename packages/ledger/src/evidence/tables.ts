import type { EvidenceScope } from '@duovir/protocol';
import { stringify } from 'csv-stringify/sync';
import { ChartBook, type Chart } from './chart.ts';
import { frameworksFor, mappingPath } from './mapping/frameworks.ts';
import type { PackedFile } from './manifest.ts';
import type { PackedEntry } from './packed-entry.ts';
import type { PackedLog } from './packed-log.ts';
import { Population, type Counted, type Selection } from './population.ts';
import type { Report, Reporter, Row } from './report/report.ts';
import { pathOf, reportsFor } from './report/reports.ts';
import { RunStories } from './run-story.ts';
import type { OpenSink, TextSink } from './text-sink.ts';

/** Rows are formatted this many at a time. */
const BATCH = 500;

/** One table with its file, and what is drawn from it. */
class Table {
  readonly report: Report;
  readonly #reporter: Reporter;
  readonly #sink: TextSink;
  readonly #populations: readonly Population[];
  #held: Row[] = [];

  constructor(report: Report, log: PackedLog, sink: TextSink, populations: readonly Population[]) {
    this.report = report;
    this.#reporter = report.begin(log);
    this.#sink = sink;
    this.#populations = populations;
    sink.write(stringify([report.columns]));
  }

  read(entry: PackedEntry, ended: Parameters<Reporter['read']>[1]): readonly Row[] {
    return this.#add(this.#reporter.read(entry, ended), entry.statement.time);
  }

  end(open: Parameters<Reporter['end']>[0]): { readonly rows: readonly Row[]; readonly file: PackedFile } {
    const rows = this.#add(this.#reporter.end(open), null);
    this.#release();
    return { rows, file: this.#sink.end() };
  }

  #add(rows: readonly Row[], time: string | null): readonly Row[] {
    for (const row of rows) for (const population of this.#populations) population.add(row, time);
    this.#held.push(...rows);
    if (this.#held.length >= BATCH) this.#release();
    return rows;
  }

  #release(): void {
    const { columns } = this.report;
    // A cell that begins like a formula is text to a reader, and a command to a spreadsheet.
    if (this.#held.length > 0)
      this.#sink.write(stringify(this.#held, { columns: [...columns], escape_formulas: true, cast }));
    this.#held = [];
  }
}

const cast = { boolean: (value: boolean): string => String(value) };

/** All tables of a pack, made in one reading of its log: by who makes the pack, and again by who verifies it. */
export class Tables {
  readonly #log: PackedLog;
  readonly #scope: EvidenceScope;
  readonly #openSink: OpenSink;
  readonly #stories = new RunStories();
  readonly #populations = new Map<string, Population>();
  readonly #book: ChartBook;
  readonly #tables: readonly Table[];

  constructor(log: PackedLog, scope: EvidenceScope, openSink: OpenSink) {
    this.#log = log;
    this.#scope = scope;
    this.#openSink = openSink;
    this.#book = new ChartBook(log);
    const reports = reportsFor(scope);
    for (const report of reports) this.#count({ report: report.name });
    for (const { requirements } of frameworksFor(scope))
      for (const requirement of requirements) this.#count(requirement);
    this.#tables = reports.map((report) => {
      const drawn = [...this.#populations.values()].filter(({ selection }) => selection.report === report.name);
      return new Table(report, log, openSink(pathOf(report)), drawn);
    });
  }

  read(entry: PackedEntry): void {
    const ended = this.#stories.read(entry);
    for (const table of this.#tables)
      for (const row of table.read(entry, ended)) this.#book.add(table.report.name, row);
  }

  /** Once all entries are read: the files of the tables, and those of the mapping that counts them. */
  end(): { readonly files: readonly PackedFile[]; readonly summary: Summary } {
    const files = this.#tables.map((table) => {
      const { rows, file } = table.end(this.#stories.open);
      for (const row of rows) this.#book.add(table.report.name, row);
      return file;
    });
    return { files: [...files, ...this.#writeMapping()], summary: this.#summary() };
  }

  #count(selection: Selection): void {
    const key = keyOf(selection);
    const { report, where } = selection;
    if (!this.#populations.has(key))
      this.#populations.set(key, new Population({ report, ...(where ? { where } : {}) }, this.#log.root));
  }

  #counted(selection: Selection): Counted {
    return this.#populations.get(keyOf(selection))?.counted ?? { population: 0, sample: [], newest: null };
  }

  #writeMapping(): PackedFile[] {
    return frameworksFor(this.#scope).map((framework) => {
      const sink = this.#openSink(mappingPath(framework));
      const requirements = framework.requirements.map(({ requirement, providesEvidenceFor, report, where }) => {
        const { population, sample, newest } = this.#counted({ report, ...(where ? { where } : {}) });
        const file = pathOf({ name: report });
        return { requirement, providesEvidenceFor, file, where: where ?? null, population, sample, newest };
      });
      sink.write(`${JSON.stringify({ format: 'duovir-mapping/v1', ...framework, requirements }, undefined, 2)}\n`);
      return sink.end();
    });
  }

  #summary(): Summary {
    return {
      tables: this.#tables.map(({ report }) => ({ report, ...this.#counted({ report: report.name }) })),
      charts: this.#book.charts,
    };
  }
}

/** What a person is shown first. */
export interface Summary {
  readonly tables: readonly (Counted & { readonly report: Report })[];
  readonly charts: readonly Chart[];
}

function keyOf({ report, where }: Selection): string {
  return JSON.stringify([report, where ?? null]);
}
