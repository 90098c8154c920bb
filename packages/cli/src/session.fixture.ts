import type { Session } from './session.ts';
import { recordTerminal } from './terminal/recorder.fixture.ts';

/** A session whose output can be read and whose clock stands still. */
export function recordSession(environment: Readonly<Record<string, string>> = {}): Session & {
  readonly output: { readonly text: string };
  readonly errors: { readonly text: string };
  readonly exit: number | undefined;
} {
  let exit: number | undefined;
  return {
    output: recordTerminal(),
    errors: recordTerminal(),
    environment,
    interrupted: new AbortController().signal,
    now: () => new Date('2026-03-01T10:00:00.000Z'),
    finish: (code) => (exit = code),
    get exit() {
      return exit;
    },
  };
}
