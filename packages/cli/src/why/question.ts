import { CliError } from '../error.ts';

const TARGET = 'sandbox';

export interface Question {
  readonly target: string;
  readonly resource: string;
  readonly path?: string;
  readonly at?: string;
}

/** `[target] <resource> [path]`. */
export function questionOf(words: readonly string[], at: string | undefined): Question {
  const [resource, path, ...more] = words[0] === TARGET ? words.slice(1) : words;
  if (resource === undefined || more.length > 0)
    throw new CliError(
      'usage',
      'Ask about one value: [target] <resource> [path].',
      'As in `duovir why postgresql port`, or `duovir why Deployment/shop/web spec.replicas`.',
    );
  return {
    target: TARGET,
    resource,
    ...(path === undefined ? {} : { path }),
    ...(at === undefined ? {} : { at: timeOf(at) }),
  };
}

/** The index of an entry, or a time; without a zone it is UTC. */
function timeOf(at: string): string {
  if (/^\d{1,15}$/.test(at)) return at;
  const time = Date.parse(
    /^\d{4}-\d\d-\d\d(?:T[\d:.]+)?$/.test(at) ? `${at.length === 10 ? `${at}T23:59:59.999` : at}Z` : at,
  );
  if (Number.isNaN(time))
    throw new CliError(
      'usage',
      `${at} is neither a time nor an entry.`,
      'As in --at 2026-01-31T12:00:00Z, or --at 4711.',
    );
  return new Date(time).toISOString();
}
