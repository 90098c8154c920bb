import { pointer, quote } from '@duovir/policy';
import type { Probe } from '@duovir/protocol';
import type { ReviewRule } from '../rule.ts';

export const wrongSystemFails: ReviewRule = {
  id: 'adversary.wrong-system-fails',
  severity: 'medium',
  text: 'A system that does the wrong thing does not pass the probes of the goal: one of them looks at what only the right one has.',
  *look({ plan }) {
    const criteria = plan.goal.successCriteria;
    const passed = criteria.map(passedBy);
    // One probe that tells them apart is enough: the others may be plain.
    const isProven = passed.includes(undefined);
    for (const [index, probe] of criteria.entries()) {
      const wrong = passed[index];
      yield isProven || wrong === undefined
        ? { step: null, at: pointer('goal', 'successCriteria', index) }
        : {
            step: null,
            at: pointer('goal', 'successCriteria', index),
            claim: `${quote(probe.id)} is passed by ${wrong}, and no other probe of the goal tells them apart.`,
            suggestion: 'Expect a value that only the right system gives.',
          };
    }
  },
};

/** Who else would pass the probe; undefined where it looks at something of its own. */
function passedBy(probe: Probe): string | undefined {
  switch (probe.action) {
    case 'command.probe@1': {
      const { equals, includes, lines } = probe.expect;
      return [equals, includes, ...(lines ?? [])].some((text) => (text ?? '') !== '')
        ? undefined
        : `whatever ends with exit code ${probe.expect.exit}`;
    }
    case 'http.probe@1':
      return [probe.expect.includes, ...(probe.expect.bodies ?? [])].some((text) => (text ?? '') !== '')
        ? undefined
        : `any server that answers ${probe.expect.status}`;
    case 'listener.probe@1':
      return probe.expect.service === undefined ? `whoever listens on port ${probe.with.port}` : undefined;
    case 'file.probe@1':
      return probe.expect.sha256 === undefined ? `a file with anything in it` : undefined;
  }
}
