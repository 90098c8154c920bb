/**
 * Names a service to whoever looks from outside. The word stands in the argument list of the bubblewrap process that
 * waits for the service: nothing in the sandbox can write there, so the attestor may believe it.
 */
const MARK = 'DUOVIR_SERVICE=';

export function markedArgv(name: string, argv: readonly string[]): string[] {
  return ['/usr/bin/env', `${MARK}${name}`, ...argv];
}

/** The name in the argument list of a waiting bubblewrap; undefined for what is no service. */
export function markIn(waiting: readonly string[]): string | undefined {
  const start = waiting.indexOf('--');
  const mark = waiting[start + 2];
  return start >= 0 && waiting[start + 1] === '/usr/bin/env' && mark?.startsWith(MARK)
    ? mark.slice(MARK.length)
    : undefined;
}
