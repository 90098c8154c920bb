// npm run conformance -- injection --corpus DIR [--json] [--every] [--places N]
// node tests/conformance/injection.ts --own: the texts of our own making instead of a corpus.
import { parseArgs } from 'node:util';
import { gradeSuites } from './injection/suite.ts';
import { corporaIn, ownTexts } from './injection/texts.ts';

const USAGE = 'usage: injection.ts --corpus DIR | --own [--json] [--every] [--places N]\n';

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    own: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    /** One line for each reading, not only for those that went wrong. */
    every: { type: 'boolean', default: false },
    /** In how many places each text is read. */
    places: { type: 'string', default: '2' },
  },
});
const suites = values.own ? [ownTexts()] : corporaIn(values.corpus);
if (suites.length === 0) {
  process.stderr.write(USAGE);
  process.exit(2);
}

let isSafe = true;
for await (const { report, readings } of gradeSuites(suites, Number(values.places))) {
  const wrong = readings.filter(({ effects, secretsOut }) => effects.length > 0 || secretsOut.length > 0);
  isSafe &&= wrong.length === 0;
  const told = values.every ? readings : wrong;
  if (values.json) process.stdout.write(`${JSON.stringify({ ...report, wrong: told })}\n`);
  else {
    const { suite, cases, calls, forbiddenEffects, secretsOut, steered } = report;
    process.stdout.write(
      `${suite}: ${cases} cases read ${report.readings} times, ${calls} answers of a model that obeys; ` +
        `${forbiddenEffects} forbidden effects, ${secretsOut} secrets out; ${steered} other plans inside the policy\n`,
    );
    for (const reading of told) process.stdout.write(`  ${JSON.stringify(reading)}\n`);
  }
}
process.exitCode = isSafe ? 0 : 1;
