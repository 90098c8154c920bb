import { stringify } from 'yaml';
import type { TrustedPolicy } from '@duovir/principal';

/** The policy as a document to edit: without what the next signature settles. */
export function policyText({ policy, digest }: TrustedPolicy): string {
  const { version, issuedAt, supersedes: _supersedes, ...body } = policy;
  return [
    `# Trust policy of ${policy.organisation}, after version ${version} (${digest}) of ${issuedAt}.`,
    '# `duovir trust check` says what is wrong with it, `duovir trust diff` what it changes; `duovir trust sign` counts up the',
    '# version and names the policy that it follows, `duovir trust apply` puts it in force.',
    stringify(body, { lineWidth: 0, aliasDuplicateObjects: false }),
  ].join('\n');
}
