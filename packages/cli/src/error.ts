import { DuovirError, type Consequence } from '@duovir/protocol';
import type { ExitName } from './exit-code.ts';

const consequences = {
  usage: ['refuse', 'usage'],
  'state-exists': ['refuse', 'refused'],
  'state-unsafe': ['ask-person', 'refused'],
  'not-up': ['ask-person', 'not-up'],
  'start-failed': ['ask-person', 'not-up'],
  'cells-missing': ['ask-person', 'refused'],
  'stop-failed': ['ask-person', 'refused'],
  'not-found': ['refuse', 'refused'],
  refused: ['refuse', 'refused'],
  unverified: ['refuse', 'unverified'],
  drifted: ['ask-person', 'drifted'],
  'trust-unsound': ['refuse', 'unsound'],
} as const satisfies Record<string, readonly [Consequence, ExitName]>;

export type CliErrorCode = keyof typeof consequences;

export class CliError extends DuovirError<CliErrorCode> {
  constructor(code: CliErrorCode, message: string, remedy: string, cause?: unknown) {
    super(code, message, { consequence: consequences[code][0], remedy, cause });
  }

  get exit(): ExitName {
    return consequences[this.code][1];
  }
}
