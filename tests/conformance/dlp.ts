import { parseArgs } from 'node:util';
import { gradeCorpora, type Report } from './dlp/suite.ts';

const { values } = parseArgs({
  options: { corpus: { type: 'string' }, json: { type: 'boolean' }, wrong: { type: 'boolean' } },
});
if (values.corpus === undefined) {
  process.stderr.write('usage: dlp.ts --corpus DIR [--json] [--wrong]\n');
  process.exit(2);
}

const reports = gradeCorpora(values.corpus);
for (const report of reports) {
  process.stdout.write(`${values.json ? JSON.stringify(report) : lines(report).join('\n')}\n`);
  if (values.wrong && !values.json)
    for (const fault of report.wrong) process.stdout.write(`  ${JSON.stringify(fault)}\n`);
}
process.exitCode = reports.length > 0 && reports.every(({ wrong }) => wrong.length === 0) ? 0 : 1;

function lines(report: Report): string[] {
  const { redact, block, riskLines } = report;
  return [
    `${report.suite}: ${report.cases} cases, ${report.megabytesPerSecond} MB/s, 32 KiB in ${report.p50} ms (p50), ${report.p99} ms (p99)`,
    `  redact: hard secrets whole ${percent(report.hardFull)} of ${report.hard}, touched ${percent(redact.hardRecall)}; ` +
      `all whole ${percent(report.full)} of ${report.secrets}; ${redact.falseHits} of ${report.clean} clean hit, ` +
      `precision on labels ${percent(redact.precision)}, over-redaction ${percent(report.overRedaction)}`,
    `  block: precision ${percent(block.precision)}, recall ${percent(block.recall)}, of hard secrets ${percent(block.hardRecall)}`,
    ...(report.contains > 0 ? [`  samples with a secret: ${report.containsFound} of ${report.contains}`] : []),
    ...(riskLines.of > 0 ? [`  risk lines: ${riskLines.found} of ${riskLines.of}`] : []),
  ];
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}
