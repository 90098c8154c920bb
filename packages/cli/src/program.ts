import { Command } from 'commander';
import { addApproval } from './commands/approval.ts';
import { addBlob } from './commands/blob/blob.ts';
import { addBreakGlass } from './commands/break-glass.ts';
import { addBudget } from './commands/budget.ts';
import { addCompletion } from './commands/completion.ts';
import { addDown } from './commands/down.ts';
import { addEgress } from './commands/egress/egress.ts';
import { addEvidence } from './commands/evidence/evidence.ts';
import { addInit } from './commands/init.ts';
import { addLedger } from './commands/ledger.ts';
import { addMotion } from './commands/motion.ts';
import { addPlaybook } from './commands/playbook.ts';
import { addRun } from './commands/run/run.ts';
import { addStatus } from './commands/status.ts';
import { addStop } from './commands/stop.ts';
import { addTrust } from './commands/trust/trust.ts';
import { addLogin } from './commands/login.ts';
import { addToken } from './commands/token/token.ts';
import { addUp } from './commands/up.ts';
import { addWhy } from './commands/why.ts';
import type { Session } from './session.ts';

/** Every command of `duovir`, as `duovir <noun> <verb>`. */
export function createProgram(session: Session): Command {
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
  addInit(program, session);
  addUp(program, session);
  addDown(program, session);
  addStatus(program, session);
  addRun(program, session);
  addMotion(program, session);
  addApproval(program, session);
  addStop(program, session);
  addBreakGlass(program, session);
  addWhy(program, session);
  addTrust(program, session);
  addEgress(program, session);
  addBudget(program, session);
  addLedger(program, session);
  addEvidence(program, session);
  addBlob(program, session);
  addPlaybook(program, session);
  addToken(program, session);
  addLogin(program, session);
  addCompletion(program, session);
  return program;
}
