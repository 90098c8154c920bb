import { Command } from 'commander';
import type { Session } from './session.ts';

type AddNoun = (program: Command, session: Session) => void;

/** Only what a command needs is loaded for it: most of the time until it answers would be that of the others. */
const nouns: Readonly<Record<string, () => Promise<AddNoun>>> = {
  init: async () => (await import('./commands/init.ts')).addInit,
  up: async () => (await import('./commands/up.ts')).addUp,
  down: async () => (await import('./commands/down.ts')).addDown,
  status: async () => (await import('./commands/status.ts')).addStatus,
  run: async () => (await import('./commands/run/run.ts')).addRun,
  motion: async () => (await import('./commands/motion.ts')).addMotion,
  approval: async () => (await import('./commands/approval.ts')).addApproval,
  stop: async () => (await import('./commands/stop.ts')).addStop,
  'break-glass': async () => (await import('./commands/break-glass.ts')).addBreakGlass,
  why: async () => (await import('./commands/why.ts')).addWhy,
  trust: async () => (await import('./commands/trust/trust.ts')).addTrust,
  egress: async () => (await import('./commands/egress/egress.ts')).addEgress,
  budget: async () => (await import('./commands/budget.ts')).addBudget,
  ledger: async () => (await import('./commands/ledger.ts')).addLedger,
  evidence: async () => (await import('./commands/evidence/evidence.ts')).addEvidence,
  blob: async () => (await import('./commands/blob/blob.ts')).addBlob,
  playbook: async () => (await import('./commands/playbook.ts')).addPlaybook,
  token: async () => (await import('./commands/token/token.ts')).addToken,
  login: async () => (await import('./commands/login.ts')).addLogin,
  completion: async () => (await import('./commands/completion.ts')).addCompletion,
};
/** These tell of all the others. */
const telling: readonly (string | undefined)[] = ['help', 'completion'];

/** Every command of `duovir`, as `duovir <noun> <verb>`; with words, those that can be meant by them. */
export async function createProgram(session: Session, words: readonly string[] = []): Promise<Command> {
  const program = new Command('duovir')
    .description('Hand over infrastructure work. No agent acts alone.')
    .option('--state <directory>', 'state directory (default: $DUOVIR_STATE, else .duovir)')
    .option('--json', 'write JSON instead of text')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(true)
    .helpCommand('help [command]', 'show help for a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => session.output.write(text),
      // Help for a noun without its verb. Errors are reported in one place and one form: main.ts.
      outputError: () => undefined,
      writeErr: (text) => session.errors.write(text),
    });
  const [noun] = program.parseOptions([...words]).operands;
  const isOne = noun !== undefined && Object.hasOwn(nouns, noun) && !telling.includes(noun);
  for (const name of isOne ? [noun] : Object.keys(nouns)) (await nouns[name]?.())?.(program, session);
  return program;
}
