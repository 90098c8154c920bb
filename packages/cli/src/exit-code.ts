import type { Outcome } from '@duovir/protocol';

/** Every code `duovir` ends with. docs/reference/cli.md is made from this table. */
export const exitCodes = {
  ok: { code: 0, meaning: 'Done. With `--wait` and `run watch`: the run succeeded.' },
  internal: { code: 1, meaning: 'Something failed that Duovir does not know. Please report it.' },
  usage: { code: 2, meaning: 'The command, an option or an input is not valid. Nothing was started.' },
  'not-up': { code: 3, meaning: 'Duovir is not up, could not start, or cannot be reached.' },
  refused: { code: 4, meaning: 'The request was understood and refused; the message says why.' },
  unverified: { code: 5, meaning: 'The ledger, or something it should prove, does not verify.' },
  unsound: { code: 6, meaning: 'The trust policy has errors, or warnings that nobody has accepted.' },
  drifted: { code: 7, meaning: 'What was observed is not what was decided and attested here.' },
  undone: { code: 10, meaning: 'The run ended `undone`: it could not succeed and its effects were compensated.' },
  rejected: { code: 11, meaning: 'The run ended `rejected`: no plan, or no majority for it. Nothing was executed.' },
  failed: { code: 12, meaning: 'The run ended `failed`: it could neither succeed nor be undone completely.' },
  cancelled: { code: 13, meaning: 'The run ended `cancelled`: a person stopped it, and its effects were compensated.' },
  interrupted: { code: 130, meaning: 'Interrupted with Ctrl-C. A run that was being watched goes on.' },
  unread: {
    code: 141,
    meaning: 'Whoever read the output stopped, as `head` does: what came of the command was not told.',
  },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

export type ExitName = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[ExitName]['code'];

export function exitCodeOf(outcome: Outcome): ExitCode {
  return outcome === 'succeeded' ? exitCodes.ok.code : exitCodes[outcome].code;
}
