import type { Command } from 'commander';
import type { WhyAnswer } from '@duovir/protocol';
import { addConnectOptions, connect, type ConnectOptions } from '../connect.ts';
import { CliError } from '../error.ts';
import { line, renderLine, span, type Line } from '../progress/line.ts';
import { writeJson, type Session } from '../session.ts';

const TARGET = 'sandbox';

export function addWhy(program: Command, session: Session): void {
  addConnectOptions(program.command('why'))
    .description('say why a value is what it is: from the attestation back to the request')
    .usage('[target] <resource> [path]')
    .argument(
      '<question...>',
      'target (sandbox, when left out), resource as the plan names it, path (port, when left out)',
    )
    .action((words: readonly string[], _options: unknown, command: Command) => why(session, command, words));
}

export interface Question {
  readonly target: string;
  readonly resource: string;
  readonly path: string;
}

export function questionOf(words: readonly string[]): Question {
  const [resource, path = 'port', ...more] = words[0] === TARGET ? words.slice(1) : words;
  if (resource === undefined || more.length > 0)
    throw new CliError(
      'usage',
      'Ask about one value: [target] <resource> [path].',
      'As in `duovir why postgresql port`.',
    );
  return { target: TARGET, resource, path };
}

async function why(session: Session, command: Command, words: readonly string[]): Promise<void> {
  const question = questionOf(words);
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client } = await connect(session, options);
  const answer = await client.why(question);
  if (options.json) return writeJson(session, answer);
  for (const one of describeWhy(answer)) session.output.write(renderLine(session.output, one));
}

/** The value, what it was before, and the chain that led to it, newest first. */
export function describeWhy(answer: WhyAnswer): Line[] {
  const before = answer.before.length === 0 ? [] : [span(`before: ${answer.before.join(', ')}`, 'quiet')];
  const kindWidth = Math.max(...answer.chain.map(({ kind }) => kind.length), 0);
  return [
    line(0, span(`Why is ${answer.resource} ${answer.path} = ${answer.value}`, 'strong'), ...before),
    line(0, span(`${answer.run} · step ${answer.step}`, 'quiet')),
    ...answer.chain.map((link): Line => {
      const entry = link.entry === null ? '' : ` #${link.entry}`;
      return {
        ...line(1, span(link.kind.padEnd(kindWidth), 'accent'), span(`${link.principal}${entry}`, 'quiet')),
        body: { ...span(link.text), lines: 4 },
      };
    }),
  ];
}
