import type { Command } from 'commander';
import { LOG_KEY } from '@duovir/principal';
import { formatVkey, parseVkey } from '@duovir/ledger';
import type { Principal } from '@duovir/protocol';
import { CliError } from '../../error.ts';
import type { Session } from '../../session.ts';
import { plainText } from '../../terminal/text.ts';
import type { PolicyDraft } from '../../trust/policy-draft.ts';
import { nextKeyFor, takeUpNextKeys } from '../../trust/principal-key.ts';
import type { DraftOptions } from './draft-options.ts';
import { editDraft } from './draft-step.ts';

interface RotateOptions extends DraftOptions {
  readonly log?: true;
}

export function rotateKey(session: Session, command: Command, name: string): void {
  const options = command.optsWithGlobals<RotateOptions>();
  editDraft(session, options, (draft, state) => {
    const principal = draft.principal(name);
    if (!principal) throw new CliError('not-found', `${plainText(name)} is not enrolled.`, 'See `duovir trust show`.');
    // What a crash has left waiting though it is in force already is no next key.
    takeUpNextKeys(state, draft.inForce);
    if (options.log) {
      if (principal.role !== 'server')
        throw new CliError('usage', `${name} does not sign the log.`, 'Name the server, or leave --log away.');
      draft.setLogKey(logVkey(draft, nextKeyFor(state, name, principal.role, LOG_KEY)));
      return 'The log has a new key of its own, which is used once the policy is in force,';
    }
    const publicKey = nextKeyFor(state, name, principal.role);
    if (principal.role === 'witness') rotateWitness(draft, principal, publicKey);
    // Where server and log have one key, they go on having one.
    if (principal.role === 'server' && isKeyOfLog(draft, principal)) draft.setLogKey(logVkey(draft, publicKey));
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

function isKeyOfLog(draft: PolicyDraft, { publicKey }: Principal): boolean {
  return parseVkey(draft.policy().log.vkey).rawKey.equals(Buffer.from(publicKey, 'base64'));
}

function logVkey(draft: PolicyDraft, publicKey: string): string {
  return formatVkey(draft.policy().log.origin, 'log', Buffer.from(publicKey, 'base64'));
}
