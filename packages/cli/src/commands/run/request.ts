import { Option, InvalidArgumentError, type Command } from 'commander';
import { dataClassSchema, environmentNameSchema, runRequestSchema, type Json, type RunRequest } from '@duovir/protocol';
import { CliError } from '../../error.ts';
import type { CommonOptions } from '../../session.ts';

export interface RequestOptions extends CommonOptions {
  readonly target: string;
  readonly input: Readonly<Record<string, Json>>;
  readonly occupy: readonly number[];
  readonly environment: string;
  readonly dataClass: string;
  readonly playbook?: string;
}

/** Gives a command the options that make up a request. */
export function addRequestOptions(command: Command): Command {
  return command
    .addOption(new Option('--target <kind>', 'what the work is done on').choices(['sandbox']).makeOptionMandatory())
    .option('--input <name=value>', 'input of the playbook; may be given again', collectInput, {})
    .option('--playbook <pack/playbook>', 'use this playbook instead of searching one')
    .addOption(
      new Option('--environment <name>', 'whose rules apply')
        .choices(environmentNameSchema.options)
        .default('development'),
    )
    .addOption(
      new Option('--data-class <name>', 'what its data is: decides to which models it may be shown')
        .choices(dataClassSchema.options)
        .default('internal'),
    )
    .option(
      '--occupy <port>',
      'rehearsal: somebody else already listens on this port; may be given again',
      collectPort,
      [],
    );
}

/** A value that is JSON is taken as such, so numbers and lists need no other syntax; everything else is text. */
export function collectInput(text: string, before: Readonly<Record<string, Json>>): Record<string, Json> {
  const [, name, value] = /^([a-zA-Z][a-zA-Z0-9]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('Write an input as name=value; a name has letters and digits.');
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`The input ${name} was given twice.`);
  return { ...before, [name]: parseValue(value) };
}

function parseValue(text: string): Json {
  if (!/^(?:true|false|null|-?\d|[["{])/.test(text)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

export function collectPort(text: string, before: readonly number[]): number[] {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 1 to 65535.');
  return [...before, port];
}

/** The request as it will be sent, checked by the same schema as the server's. */
export function requestOf(goal: string, options: RequestOptions): RunRequest {
  const parsed = runRequestSchema.safeParse({
    goal,
    target: options.target,
    inputs: options.input,
    environment: options.environment,
    dataClass: options.dataClass,
    occupiedPorts: options.occupy,
    ...(options.playbook === undefined ? {} : { playbook: options.playbook }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CliError(
    'usage',
    `The request is not valid: ${issue?.path.join('.') ?? 'it'}: ${issue?.message ?? 'unknown'}.`,
    'Correct it; `duovir run start --help` shows what a request consists of.',
  );
}
