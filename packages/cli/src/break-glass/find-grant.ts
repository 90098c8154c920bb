import type { GrantView } from '@duovir/protocol';
import { CliError } from '../error.ts';
import { plainText } from '../terminal/text.ts';

const LIST = 'See what was opened with `duovir break-glass show`.';

/** The grant of that id, or the only one whose id begins so. */
export function findGrant(grants: readonly GrantView[], id: string): GrantView {
  const prefix = id.startsWith('grant-') ? id : `grant-${id}`;
  if (!/^grant-[a-z2-7]{1,20}$/.test(prefix))
    throw new CliError('usage', `${plainText(id)} is not the id of a grant.`, LIST);
  const found = grants.filter(({ grant }) => grant.startsWith(prefix));
  const [grant] = found;
  if (!grant) throw new CliError('not-found', `Nobody has opened ${prefix}.`, LIST);
  if (found.length > 1)
    throw new CliError('usage', `${found.length} grants begin with ${prefix}.`, 'Write more of the id.');
  return grant;
}
