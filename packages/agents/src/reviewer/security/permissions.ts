import { pointer } from '@duovir/policy';
import { equals } from '../finding-check.ts';
import type { ReviewRule } from '../rule.ts';

export const fileMode: ReviewRule = {
  id: 'security.file-mode',
  severity: 'medium',
  text: 'Files are 0600 and folders 0700: nobody but the run reads its configuration.',
  *look({ plan }) {
    for (const [index, { id, call }] of plan.steps.entries()) {
      if (call.action !== 'file.write@1' && call.action !== 'directory.make@1') continue;
      const at = pointer('steps', index, 'call', 'with', 'mode');
      const narrow = (Number.parseInt(call.with.mode, 8) & 0o077) === 0;
      yield {
        step: id,
        at,
        claim: narrow ? undefined : `Mode ${call.with.mode} lets others in.`,
        suggestion: narrow ? undefined : call.action === 'file.write@1' ? 'Use 0600.' : 'Use 0700.',
        check: narrow ? undefined : equals(at, call.with.mode),
      };
    }
  },
};
