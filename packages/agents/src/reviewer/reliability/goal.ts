import { mentionsPort, pointer } from '@duovir/policy';
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
  /** A probe may reach a service by its port, under a name that only the sandbox resolves. */
  refutedBy({ services }, { step }, { at, value }) {
    const service = services.find((candidate) => candidate.step.id === step);
    const isCriterion = /^\/goal\/successCriteria\/\d+(?:\/with(?:\/|$)|$)/.test(at);
    return isCriterion && service !== undefined && mentionsPort(JSON.stringify(value), service.port);
  },
};
