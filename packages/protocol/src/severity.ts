import { severitySchema, type Severity } from './statement.ts';

/** Greater is graver. */
export function gravityOf(severity: Severity): number {
  return severitySchema.options.indexOf(severity);
}
