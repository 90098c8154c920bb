import type { Command } from 'commander';

export interface OptionWord {
  readonly flags: string;
  /** `--json`, or `-h` where there is no long form. */
  readonly word: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly values: readonly string[];
}

export interface CommandNode {
  /** Words behind `duovir`: `['run', 'start']`; none for `duovir` itself. */
  readonly path: readonly string[];
  readonly usage: string;
  readonly description: string;
  readonly arguments: readonly {
    readonly term: string;
    readonly description: string;
    readonly values: readonly string[];
  }[];
  readonly options: readonly OptionWord[];
  readonly children: readonly CommandNode[];
}

/** The commands as plain values: what completion and the reference are made from. */
export function commandTree(command: Command, path: readonly string[] = []): CommandNode {
  return {
    path,
    usage: ['duovir', ...path, command.usage().replace('[options]', '').trim()].join(' ').trim(),
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => ({
      term: argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
      description: argument.description,
      values: argument.argChoices ?? [],
    })),
    options: command.options.map((option) => ({
      flags: option.flags,
      word: option.long ?? option.short ?? option.flags,
      description: option.description,
      takesValue: option.required || option.optional,
      values: option.argChoices ?? [],
    })),
    children: command.commands.map((child) => commandTree(child, [...path, child.name()])),
  };
}

/** The node and everything below it, deepest last. */
export function allNodes(node: CommandNode): CommandNode[] {
  return [node, ...node.children.flatMap(allNodes)];
}
