import { entryReport } from './report.ts';

export const healing = entryReport({
  name: 'healing',
  about:
    'One row for each diagnosis of a failure, and for each patch put to the vote, with the caps of the trust policy.',
  columns: [
    'step',
    'attempt',
    'class',
    'signature',
    'decision',
    'risk_class',
    'envelope',
    'heals_per_step',
    'heals_per_run',
  ],
  rows: ({ keys }) => ({
    diagnosis: ({ step, attempt, class: failure, signature, decision }) => ({
      step,
      attempt,
      class: failure,
      signature,
      decision,
    }),
    motion: ({ kind, riskClass, envelope, trustPolicy }) => {
      if (kind !== 'heal') return [];
      const caps = keys.policies.get(trustPolicy)?.policy.heals;
      return {
        kind: 'patch',
        risk_class: riskClass,
        envelope,
        heals_per_step: caps?.perStep ?? null,
        heals_per_run: caps?.perRun ?? null,
      };
    },
  }),
});
