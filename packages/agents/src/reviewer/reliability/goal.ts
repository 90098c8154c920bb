import { pointer } from '@duovir/policy';
import type { ReviewRule } from '../rule.ts';
import { mentions } from '../subject.ts';

export const goalCovers: ReviewRule = {
  id: 'reliability.goal-covers',
  severity: 'medium',
  text: 'The success criteria reach every service the plan starts: each replica, each node, each upstream.',
  *look({ plan, services }) {
    const criteria = plan.goal.successCriteria.map((probe) => JSON.stringify(probe));
    const covered = services.filter(({ hosts, name }) =>
      criteria.some((text) => [name, ...hosts].some((word) => mentions(text, word))),
    );
    for (const service of services) {
      const missed = !covered.includes(service);
      yield {
        step: service.step.id,
        at: pointer('goal', 'successCriteria'),
        severity: covered.length === 0 ? 'high' : 'medium',
        claim: missed ? `No success criterion asks anything of ${service.name}.` : undefined,
        suggestion: missed ? 'Add a probe that only this service can answer.' : undefined,
      };
    }
  },
};
