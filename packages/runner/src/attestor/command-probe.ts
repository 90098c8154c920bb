import { plainText, type Json, type Probe } from '@duovir/protocol';
import type { Conceal } from '../restoration/concealment.ts';
import type { CommandResult } from '../sandbox/command.ts';
import type { Visit } from '../sandbox/visit.ts';
import { look, unknown, type Look } from './look.ts';

type CommandProbe = Extract<Probe, { action: 'command.probe@1' }>;

const CAP_BYTES = 65_536;
const SHOWN = 2_000;
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

export async function lookByCommand(
  { with: input, expect }: CommandProbe,
  visit: Visit,
  conceal: Conceal,
): Promise<Look> {
  const { argv, environment, timeoutMs } = input;
  const result = await visit.command({ argv, env: environment, cwd: '/', timeoutMs, outputCapBytes: CAP_BYTES });
  return notCarriedOut(result, argv[0] ?? '') ?? judgeOutput(expect, result, conceal);
}

/** Set when the command says nothing about what it was to look at. */
export function notCarriedOut({ cause, exit, stderr }: CommandResult, program: string): Look | undefined {
  if (cause !== 'exit' || exit === null) return unknown(`${program} did not finish: ${cause}. ${stderr.text}`);
  if (exit === NOT_FOUND) return unknown(`${program} is not there: ${stderr.text}`);
  if (exit === NOT_EXECUTABLE) return unknown(`${program} cannot be executed: ${stderr.text}`);
  return undefined;
}

export function judgeOutput(
  expect: CommandProbe['expect'],
  { exit, stdout, stderr }: Pick<CommandResult, 'exit' | 'stdout' | 'stderr'>,
  conceal: Conceal,
): Look {
  const said = plainText(stdout.text).trim();
  const complaint = plainText(stderr.text).trim();
  // Concealed before it is cut: half a value would not be found.
  const observed: Json = { exit, stdout: conceal(said).slice(0, SHOWN), stderr: conceal(complaint).slice(-SHOWN) };
  const lines = said.split('\n').map((line) => line.trim());
  const missing = expect.lines?.find((line) => !lines.includes(line.trim()));
  if (exit !== expect.exit)
    return look('failed', observed, `Exit ${exit} instead of ${expect.exit}. ${complaint || said}`);
  if (expect.equals !== undefined && said !== expect.equals.trim())
    return look('failed', observed, `Expected "${expect.equals}", got "${said}".`);
  if (expect.includes !== undefined && !said.includes(expect.includes))
    return look('failed', observed, `Expected "${expect.includes}" in "${said}".`);
  if (missing !== undefined) return look('failed', observed, `Expected a line "${missing}" in "${said}".`);
  return look('succeeded', observed, said === '' ? `Exit ${exit}.` : `Exit ${exit}: ${said}`);
}
