import {
  escapesToProgram,
  isSystemProgram,
  pointer,
  programKind,
  quote,
  resolveCommand,
  runsInlineCode,
} from '@duovir/policy';
import { invocations, type Invocation } from '../invocations.ts';
import { contains, equals } from '../finding-check.ts';
import type { Look, ReviewRule } from '../rule.ts';

export const knownProgram: ReviewRule = {
  id: 'security.known-program',
  severity: 'high',
  text: 'Every program is one whose effects are known, from a system folder, started so that its arguments say what runs.',
  *look({ plan }) {
    for (const invocation of invocations(plan)) yield judge(invocation);
  },
};

function judge({ argv, at, step }: Invocation): Look {
  const place = { step, at: `${at}/argv` };
  const command = resolveCommand(argv);
  if (command.kind === 'opaque')
    return {
      ...place,
      claim: `What ${quote(command.wrapper)} starts cannot be told from its arguments.`,
      check: contains(place.at, command.wrapper),
    };
  if (!isSystemProgram(command.path))
    return {
      ...place,
      claim: `${quote(command.path)} lies where the run itself can write.`,
      check: contains(place.at, command.path),
    };
  const kind = programKind(command.name);
  if (kind === 'forbidden' || kind === 'launches')
    return {
      ...place,
      claim: `${quote(command.name)} starts other programs or changes the machine.`,
      check: contains(place.at, command.path),
    };
  if (kind === undefined || kind === 'interprets')
    return {
      ...place,
      severity: 'medium',
      claim: `Nobody has described what ${quote(command.name)} does.`,
      suggestion: 'Use a program of the catalogue, or have a person look at this one.',
      check: contains(place.at, command.path),
    };
  return place;
}

export const noShell: ReviewRule = {
  id: 'security.no-shell',
  severity: 'high',
  text: 'No free shell text, no inline code for an interpreter, no client command that leaves its client.',
  *look({ plan }) {
    for (const [index, { id, call }] of plan.steps.entries())
      if (call.action === 'shell.exec@1')
        yield {
          step: id,
          at: pointer('steps', index, 'call', 'with', 'script'),
          claim: 'Free shell text can do anything; no rule can say what this does.',
          suggestion: 'Write it as typed actions.',
          check: equals(pointer('steps', index, 'call', 'action'), 'shell.exec@1'),
        };
    for (const { argv, stdin, at, step } of invocations(plan)) {
      const command = resolveCommand(argv);
      if (command.kind === 'opaque') continue;
      const inline = runsInlineCode(command, stdin);
      const escape = escapesToProgram(command.name, [...command.arguments, stdin ?? ''].join('\n'));
      yield {
        step,
        at: `${at}/argv`,
        claim: inline
          ? `${quote(command.name)} is given code to run.`
          : escape
            ? `The statement for ${quote(command.name)} starts a program or loads code.`
            : undefined,
        suggestion: inline || escape ? 'Write it as typed actions.' : undefined,
      };
    }
  },
};
