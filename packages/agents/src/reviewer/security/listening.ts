import { exposedAddresses, isLoopback, pointer, programKind, quote, resolveCommand } from '@duovir/policy';
import type { FindingCheck } from '@duovir/protocol';
import { contains } from '../finding-check.ts';
import type { Look, ReviewRule } from '../rule.ts';
import type { PlannedService } from '../subject.ts';

/** Servers whose default, without this directive, is every address of the machine. */
const opensByDefault: readonly { readonly program: string; readonly directive: RegExp; readonly word: string }[] = [
  { program: 'redis-server', directive: /^[ \t]*bind[ \t]|(?:^|\n)--bind\b/m, word: 'bind' },
  { program: 'nginx', directive: /\blisten\s+\S/, word: 'listen' },
];

export const listenLoopback: ReviewRule = {
  id: 'security.listen-loopback',
  severity: 'high',
  text: 'Every service states the loopback address it listens on; none relies on a default that opens more.',
  *look({ services }) {
    for (const service of services) yield judge(service);
  },
};

function judge(service: PlannedService): Look {
  const place = { step: service.step.id, at: pointer('steps', service.index, 'call', 'with', 'argv') };
  const text = [service.argv.join('\n'), ...service.configuration.map(({ content }) => content)].join('\n');
  const [exposed] = exposedAddresses(text);
  if (exposed !== undefined)
    return {
      ...place,
      claim: `${service.name} listens on ${quote(exposed)}.`,
      suggestion: loopback,
      check: writtenAt(service, exposed),
    };
  const command = resolveCommand(service.argv);
  const name = command.kind === 'program' ? command.name : '';
  const server = opensByDefault.find(({ program }) => program === name);
  if (server)
    return server.directive.test(text)
      ? place
      : {
          ...place,
          claim: `${name} has no ${quote(server.word)} in what the plan shows and then listens on every address.`,
          suggestion: `Write ${server.word} with ${service.address}.`,
        };
  if (programKind(name) === 'serves' || service.argv.some((word) => isStated(word, service.address))) return place;
  return {
    ...place,
    severity: 'low',
    claim: `Nothing shows which address ${service.name} listens on.`,
    suggestion: loopback,
  };
}

/** Where the address is written, if it is: a bare port means every address without saying so. */
function writtenAt({ configuration, argv, index }: PlannedService, address: string): FindingCheck | undefined {
  const file = configuration.find(({ content }) => content.includes(address));
  if (file) return contains(pointer('steps', file.index, 'call', 'with', 'content'), address);
  const isArgument = argv.some((word) => word.includes(address));
  return isArgument ? contains(pointer('steps', index, 'call', 'with', 'argv'), address) : undefined;
}

function isStated(word: string, address: string): boolean {
  return word.includes(address) || (word !== '' && isLoopback(word));
}

const loopback = 'Listen on an address of 127.0.0.0/8.';
