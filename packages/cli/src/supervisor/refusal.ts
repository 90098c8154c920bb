import { DuovirError } from '@duovir/protocol';
import * as z from 'zod';
import { CliError } from '../error.ts';

const MARK = 'refused ';
const refusalSchema = z.strictObject({ message: z.string(), remedy: z.string() });

/** A line of the supervisor's log from which `duovir up` can tell the person what is wrong; undefined for unknown errors. */
export function formatRefusal(error: unknown): string | undefined {
  if (!(error instanceof DuovirError)) return undefined;
  const { message, remedy } = error;
  return `${MARK}${JSON.stringify({ message, remedy })}`;
}

export function parseRefusal(line: string): CliError | undefined {
  if (!line.startsWith(MARK)) return undefined;
  const { message, remedy } = refusalSchema.parse(JSON.parse(line.slice(MARK.length)));
  return new CliError('start-failed', message, remedy);
}
