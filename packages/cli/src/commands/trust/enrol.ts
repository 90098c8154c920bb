import type { Command } from 'commander';
import { nameSchema, principalSchema, type Role } from '@duovir/protocol';
import { CliError } from '../../error.ts';
import type { Session } from '../../session.ts';
import { plainText } from '../../terminal/text.ts';
import { keyFor } from '../../trust/principal-key.ts';
import type { DraftOptions } from './draft-options.ts';
import { editDraft } from './draft-step.ts';

interface EnrolOptions extends DraftOptions {
  readonly role: Role;
  readonly group?: string;
  readonly mandate?: string;
  readonly model?: string;
  readonly roles?: string;
  readonly team?: string;
  readonly publicKey?: string;
}

export function enrolPrincipal(session: Session, command: Command, name: string): void {
  const options = command.optsWithGlobals<EnrolOptions>();
  // A name, not a path: a folder is made for it.
  if (!nameSchema.safeParse(name).success)
    throw new CliError(
      'usage',
      `${plainText(name)} is no name.`,
      'Write small letters, digits and hyphens, as in reviewer-cost.',
    );
  editDraft(session, options, (draft, state) => {
    const { role, group, mandate, model, roles, team } = options;
    const family = draft.policy().egress.models.find(({ alias }) => alias === model)?.family;
    if (draft.principal(name))
      throw new CliError(
        'usage',
        `${name} is enrolled already.`,
        `Give it a new key with \`duovir trust rotate ${name}\`.`,
      );
    const principal = principalSchema.safeParse({
      name,
      role,
      group: group ?? family ?? name,
      publicKey: options.publicKey ?? keyFor(state, name, role),
      ...(mandate === undefined ? {} : { mandate }),
      ...(model === undefined ? {} : { brain: { kind: 'model', model, consult: 'when-unsure' } }),
      ...(roles === undefined ? {} : { roles: roles.split(',').map((one) => one.trim()) }),
      ...(team === undefined ? {} : { team }),
    });
    if (!principal.success) {
      const [issue] = principal.error.issues;
      throw new CliError(
        'usage',
        `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}.`,
        'Correct the option.',
      );
    }
    draft.add(principal.data);
    return `${name} is enrolled as ${role}`;
  });
}
