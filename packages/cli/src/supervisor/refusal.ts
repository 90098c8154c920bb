import { DuovirError } from '@duovir/protocol';
import * as z from 'zod';
import { CliError } from '../error.ts';

const MARK = 'refused ';
const refusalSchema = z.strictObject({
  /** What a script has to tell from any other failure to start. */
  code: z.enum(['cells-missing', 'start-failed']).catch('start-failed'),
  message: z.string(),
  remedy: z.string(),
});

/** A line of the supervisor's log from which `duovir up` can tell the person what is wrong; undefined for unknown errors. */
export function formatRefusal(error: unknown): string | undefined {
  if (!(error instanceof DuovirError)) return undefined;
  const { code, message, remedy } = error;
  return `${MARK}${JSON.stringify({ code, message, remedy })}`;
}

export function parseRefusal(line: string): CliError | undefined {
  if (!line.startsWith(MARK)) return undefined;
  const { code, message, remedy } = refusalSchema.parse(JSON.parse(line.slice(MARK.length)));
  return new CliError(code, message, remedy);
}
