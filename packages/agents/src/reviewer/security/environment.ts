import { quote } from '@duovir/policy';
import { invocations } from '../invocations.ts';
import type { ReviewRule } from '../rule.ts';

/** Variables whose effect on the programs of the catalogue is known and harmless. */
const known =
  /^(?:PATH|HOME|TMPDIR|TZ|TERM|LANG|LC_[A-Z]+|PGCONNECT_TIMEOUT|PGDATA|PGPORT|PGHOST|PGUSER|PGDATABASE|PGAPPNAME|PGTZ)$/;

export const environmentKnown: ReviewRule = {
  id: 'security.environment-known',
  severity: 'medium',
  text: 'Programs get only variables whose effect is known.',
  *look({ plan }) {
    for (const { environment, at, step } of invocations(plan))
      for (const name of Object.keys(environment))
        yield {
          step,
          at: `${at}/environment/${name}`,
          claim: known.test(name) ? undefined : `Nobody has described what ${quote(name)} does to the program.`,
          suggestion: known.test(name) ? undefined : 'Give the program an argument or a file instead.',
        };
  },
};
