import { parseArgs } from 'node:util';
import { gradeCorpora } from './failures/suite.ts';

const { values } = parseArgs({
  options: { corpus: { type: 'string' }, json: { type: 'boolean' }, wrong: { type: 'boolean' } },
});
if (values.corpus === undefined) {
  process.stderr.write('usage: failures.ts --corpus DIR [--json] [--wrong]\n');
  process.exit(2);
}

const reports = gradeCorpora(values.corpus);
for (const { wrong, ...report } of reports) {
  if (values.json) process.stdout.write(`${JSON.stringify({ ...report, wrong })}\n`);
  else {
    const { suite, cases, inScope, correct, missed, abstained, falseAlarms } = report;
    process.stdout.write(
      `${suite}: ${correct}/${inScope} correct, ${missed} missed, ${abstained} abstained, ${falseAlarms} false alarms, ` +
        `${cases - inScope} healthy or out of scope; precision ${report.precision}, mean over classes ${report.meanOverClasses}, captures ${report.captures}\n`,
    );
    if (values.wrong) for (const fault of wrong) process.stdout.write(`  ${JSON.stringify(fault)}\n`);
  }
}
process.exitCode = reports.length > 0 && reports.every(({ wrong }) => wrong.length === 0) ? 0 : 1;
