import type { Command } from 'commander';
import type { Session } from '../../session.ts';
import type { DraftOptions } from './draft-options.ts';
import { editDraft } from './draft-step.ts';

export function revokePrincipal(session: Session, command: Command, name: string): void {
  editDraft(session, command.optsWithGlobals<DraftOptions>(), (draft) => {
    draft.remove(name);
    return `${name} is taken out`;
  });
}
