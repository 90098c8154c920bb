import { accessActionSchema, tokenScopesSchema, type AccessAction } from '@duovir/protocol';
import { CliError } from '../../error.ts';

const HOUR_MS = 3_600_000;
const units: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS };

/** `read,request` */
export function parseScopes(text: string): AccessAction[] {
  const parsed = tokenScopesSchema.safeParse(text.split(',').map((scope) => scope.trim()));
  if (parsed.success) return parsed.data;
  throw new CliError(
    'usage',
    `${text} is not a list of scopes.`,
    `Write some of ${accessActionSchema.options.join(',')}, each once.`,
  );
}

/** `12h` or `30d`, in milliseconds. */
export function parseLifetime(text: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,3})([hd])$/.exec(text) ?? [];
  const factor = units[unit];
  if (count !== undefined && factor !== undefined) return Number(count) * factor;
  throw new CliError('usage', `${text} is not a time.`, 'Write hours or days, such as 12h or 30d.');
}
