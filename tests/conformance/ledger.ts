import { parseArgs } from 'node:util';
import { CARRIED_VECTORS, gradeCorpus } from './ledger/suite.ts';

const { values } = parseArgs({
  options: { corpus: { type: 'string' }, json: { type: 'boolean' }, wrong: { type: 'boolean' } },
});

// usage: ledger.ts [--corpus DIR] [--json] [--wrong]; without a directory the vectors that come with the project.
const reports = await gradeCorpus(values.corpus ?? CARRIED_VECTORS);
for (const { wrong, ...report } of reports) {
  if (values.json) process.stdout.write(`${JSON.stringify({ ...report, wrong })}\n`);
  else {
    const { suite, cases, inScope, correct, missed, falseAlarms } = report;
    process.stdout.write(
      `${suite}: ${correct}/${inScope} correct, ${missed} missed, ${falseAlarms} false alarms, ${cases - inScope} out of scope\n`,
    );
    if (values.wrong) for (const fault of wrong) process.stdout.write(`  ${JSON.stringify(fault)}\n`);
  }
}
const isPerfect = reports.length > 0 && reports.every(({ cases, correct }) => cases === correct);
process.exitCode = isPerfect ? 0 : 1;
