import { mentionsPort, needsOf, pointer, quote } from '@duovir/policy';
import { stepAt } from '../subject.ts';
import { equals } from '../finding-check.ts';
import type { ReviewRule } from '../rule.ts';

export const socketsDistinct: ReviewRule = {
  id: 'reliability.sockets-distinct',
  severity: 'high',
  text: 'No two services of the plan want the same address and port.',
  *look({ services }) {
    for (const [position, { step, index, name, address, port }] of services.entries()) {
      const other = services.slice(0, position).find((earlier) => earlier.address === address && earlier.port === port);
      yield {
        step: step.id,
        at: pointer('steps', index, 'call', 'with', 'ready'),
        claim: other && `${name} and ${other.name} both want ${address}:${port}.`,
        suggestion: other && 'Give one of them another address or port.',
        check: other && equals(pointer('steps', index, 'call', 'with', 'ready', 'port'), port),
      };
    }
  },
};

export const portMatches: ReviewRule = {
  id: 'reliability.port-matches',
  severity: 'high',
  text: 'The port a service is expected on is the port its configuration or arguments set.',
  *look({ services }) {
    for (const { step, index, name, argv, port, configuration } of services) {
      const texts = [argv.join(' '), ...configuration.map(({ content }) => content)];
      const stated = texts.some((text) => mentionsPort(text, port));
      yield {
        step: step.id,
        at: pointer('steps', index, 'call', 'with', 'ready', 'port'),
        claim: stated ? undefined : `Nothing that ${quote(name)} reads sets port ${port}.`,
        // A program may have its port by default; a configuration that says another one is a contradiction.
        severity: configuration.length > 0 ? 'high' : 'medium',
        suggestion: stated ? undefined : `Set port ${port} where the service reads it.`,
      };
    }
  },
  /** Servers read files that their arguments do not name; one that an earlier step of theirs has written may set it. */
  refutedBy({ plan, services }, { step }, { at, value }) {
    const service = services.find((candidate) => candidate.step.id === step);
    const maker = stepAt(plan, at);
    const isRead =
      service && maker && needsOf(plan.steps, service.step.id).has(maker.id) && /^\/steps\/\d+\/call\//.test(at);
    return isRead === true && typeof value === 'string' && mentionsPort(value, service.port);
  },
};
