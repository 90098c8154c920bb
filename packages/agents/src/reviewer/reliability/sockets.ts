import { mentionsPort, pointer, quote } from '@duovir/policy';
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
};
