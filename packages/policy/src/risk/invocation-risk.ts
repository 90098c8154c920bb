import type { Invocation } from '../floor/subject-text.ts';
import { programKind } from '../program/catalogue.ts';
import { resolveCommand, type Command } from '../program/command.ts';
import { escapesToProgram, runsCommands, runsInlineCode } from '../program/inline-code.ts';
import { isSystemProgram } from '../program/system-path.ts';
import type { RiskReason } from './reason.ts';

/** Content of the files the plan itself writes, by path: what a program is told to read can then be read here too. */
export type PlannedFiles = ReadonlyMap<string, string>;

export function invocationRisk(invocation: Invocation, files: PlannedFiles): RiskReason[] {
  const command = resolveCommand(invocation.argv);
  if (command.kind === 'opaque') return [{ riskClass: 'R3', rule: 'risk.launcher' }];
  if (!isSystemProgram(command.path)) return [unpackaged(command, files)];
  switch (programKind(command.name)) {
    case 'forbidden':
      return [{ riskClass: 'R4', rule: 'risk.forbidden-program' }];
    case 'launches':
      return [{ riskClass: 'R3', rule: 'risk.launcher' }];
    case 'interprets':
      return [interpreter(command, invocation, files)];
    case 'reads':
      return [];
    case 'queries':
      return [{ riskClass: 'R1', rule: 'risk.known-program' }, ...queryRisk(command, invocation, files)];
    case 'changes':
    case 'serves':
      return [
        { riskClass: 'R1', rule: 'risk.known-program' },
        ...(runsCommands(optionLines(command.arguments)) ? [commandConfiguration] : []),
      ];
    case undefined:
      return [{ riskClass: 'R2', rule: 'risk.unknown-program' }];
  }
}

export const commandConfiguration: RiskReason = { riskClass: 'R3', rule: 'risk.configuration-runs-commands' };

type Program = Extract<Command, { kind: 'program' }>;

/** A program from a writable folder: the plan's own text as a program is free shell, anything else is unknown. */
function unpackaged(command: Program, files: PlannedFiles): RiskReason {
  return files.has(command.path)
    ? { riskClass: 'R3', rule: 'risk.planned-program' }
    : { riskClass: 'R2', rule: 'risk.unknown-program' };
}

function interpreter(command: Program, invocation: Invocation, files: PlannedFiles): RiskReason {
  const planned = command.arguments.some((word) => files.has(word));
  return planned || runsInlineCode(command, invocation.stdin)
    ? { riskClass: 'R3', rule: 'risk.inline-code' }
    : { riskClass: 'R2', rule: 'risk.interpreter' };
}

function queryRisk(command: Program, invocation: Invocation, files: PlannedFiles): RiskReason[] {
  const texts = [command.arguments.join('\n'), invocation.stdin ?? ''];
  for (const path of scriptPaths(command)) {
    const content = files.get(path);
    if (content === undefined) return [{ riskClass: 'R3', rule: 'risk.unseen-script' }];
    texts.push(content);
  }
  return texts.some((text) => escapesToProgram(command.name, text))
    ? [{ riskClass: 'R3', rule: 'risk.client-escape' }]
    : [];
}

/** Files psql reads its statements from: `-f x`, `-Xqf x`, `-fx`, `--file=x`, `--file x`. */
function scriptPaths(command: Program): string[] {
  if (command.name !== 'psql') return [];
  return command.arguments.flatMap((word, index) => {
    // Letters that take a value end a cluster of short options: `-dfoo` names a database.
    const option = /^--file(?:=(.+))?$/.exec(word) ?? /^-[^-cdhpUvPFRToL]*f(.*)$/.exec(word);
    return option ? [option[1] || (command.arguments[index + 1] ?? '')] : [];
  });
}

/** `-c name=value` and `--name=value` as the configuration lines they stand for. */
function optionLines(words: readonly string[]): string {
  return words.map((word) => word.replace(/^--?(?:c\s*|g\s*)?/, '')).join('\n');
}
