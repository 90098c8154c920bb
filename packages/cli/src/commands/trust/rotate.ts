import type { Command } from 'commander';
import { formatVkey, parseVkey } from '@duovir/ledger';
import type { Principal } from '@duovir/protocol';
import { CliError } from '../../error.ts';
import type { Session } from '../../session.ts';
import { plainText } from '../../terminal/text.ts';
import type { PolicyDraft } from '../../trust/policy-draft.ts';
import { nextKeyFor } from '../../trust/principal-key.ts';
import type { DraftOptions } from './draft-options.ts';
import { editDraft } from './draft-step.ts';

export function rotateKey(session: Session, command: Command, name: string): void {
  editDraft(session, command.optsWithGlobals<DraftOptions>(), (draft, state) => {
    const principal = draft.principal(name);
    if (!principal) throw new CliError('not-found', `${plainText(name)} is not enrolled.`, 'See `duovir trust show`.');
    if (principal.role === 'server')
      throw new CliError(
        'refused',
        "The server's key is the key of the log: with another one it is another log.",
        'Make a new installation, and keep this one as `duovir ledger export` writes it.',
      );
    const publicKey = nextKeyFor(state, name, principal.role);
    if (principal.role === 'witness') rotateWitness(draft, principal, publicKey);
    draft.setKey(name, publicKey);
    return `${name} has a new key, which is used once the policy is in force,`;
  });
}

/** Whoever checks a checkpoint goes by the verifier key, not by the principal. */
function rotateWitness(draft: PolicyDraft, { publicKey }: Principal, next: string): void {
  const own = Buffer.from(publicKey, 'base64');
  const before = draft.policy().witnesses.vkeys.find((vkey) => parseVkey(vkey).rawKey.equals(own));
  if (before !== undefined)
    draft.replaceWitness(before, formatVkey(parseVkey(before).name, 'witness', Buffer.from(next, 'base64')));
}
