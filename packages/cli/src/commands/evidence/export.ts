import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { buildPack, type BuiltPack, type PackStage } from '@duovir/ledger';
import type { EvidenceScope } from '@duovir/protocol';
import { connect, type ConnectOptions } from '../../connect.ts';
import { CliError } from '../../error.ts';
import { describeBuilt } from '../../evidence/describe-pack.ts';
import { drawChart } from '../../evidence/draw-chart.ts';
import { PackProgress } from '../../evidence/pack-progress.ts';
import { remoteSource } from '../../evidence/pack-source.ts';
import { parsePeriod } from '../../evidence/period.ts';
import { findBrowser, printPdf, type Printing } from '../../evidence/print-pdf.ts';
import { line, renderLine, span } from '../../progress/line.ts';
import { openState, writeJson, type Session } from '../../session.ts';
import { plainText } from '../../terminal/text.ts';

interface ExportOptions extends ConnectOptions {
  readonly from?: string;
  readonly to?: string;
  readonly scope: EvidenceScope;
  readonly out: string;
  readonly pdf?: string;
  readonly chromium?: string;
}

const STAGES: Readonly<Record<PackStage, string>> = {
  export: 'fetching the log',
  read: 'reading entries',
  hash: 'hashing files',
  sign: 'stating the export in the ledger',
  pack: 'packing',
};

export async function exportEvidence(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<ExportOptions>();
  const period = parsePeriod(options);
  const file = resolve(options.out);
  if (existsSync(file))
    throw new CliError(
      'usage',
      `${plainText(options.out)} is there already.`,
      'Name another file with --out, or remove it.',
    );
  const printing = printingOf(session, options);
  // Before anything is stated in the ledger: nobody wants half of what was asked for.
  if (options.pdf !== undefined && printing.chromium === undefined) findBrowser(session.environment['PATH'] ?? '');
  const state = openState(session, options);
  const { client, hint } = await connect(session, options);
  const progress = new PackProgress(session.errors, !options.json);
  let built: BuiltPack;
  try {
    built = await buildPack(
      remoteSource(client, state, period.from),
      {
        ...period,
        scope: options.scope,
        createdAt: session.now(),
        draw: drawChart,
        onProgress: (stage, done, size) => progress.show(STAGES[stage], done, size),
      },
      file,
    );
  } finally {
    progress.end();
  }
  if (options.pdf !== undefined) await printPdf(built.page, resolve(options.pdf), printing);
  if (options.json) return writeJson(session, viewOf(built, file, options.pdf));
  const next = `duovir evidence verify${hint} ${plainText(options.out)}`;
  for (const one of [...describeBuilt(built, plainText(options.out)), line(1, span(next))])
    session.output.write(renderLine(session.output, one));
}

function printingOf({ environment }: Session, { chromium }: ExportOptions): Printing {
  return { environment, ...(chromium === undefined ? {} : { chromium }) };
}

function viewOf(
  { manifest, digest, summary, blobs, remarks }: BuiltPack,
  file: string,
  pdf: string | undefined,
): object {
  const { files, ...about } = manifest;
  const tables = Object.fromEntries(summary.tables.map(({ report, population }) => [report.name, population]));
  return {
    file,
    pdf: pdf === undefined ? null : resolve(pdf),
    manifest: digest,
    ...about,
    files: files.length,
    tables,
    blobs,
    remarks,
  };
}
