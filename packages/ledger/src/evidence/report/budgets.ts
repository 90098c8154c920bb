import { runReport } from './report.ts';

export const budgets = runReport({
  name: 'budgets',
  about: 'One row for each run that is settled: what models cost it, beside the cap of the trust policy in force then.',
  columns: ['time', 'tokens', 'cap_tokens', 'micro_usd', 'cap_micro_usd', 'within_cap'],
  row: ({ settlement }, { keys }) => {
    if (!settlement) return undefined;
    const { entry, time, tokens, microUsd, trustPolicy } = settlement;
    const spent = { entry, time, tokens, micro_usd: microUsd };
    const cap = trustPolicy && keys.policies.get(trustPolicy)?.policy.budget.run;
    if (!cap) return spent;
    const isWithin = tokens <= cap.tokens && microUsd <= cap.microUsd;
    return { ...spent, cap_tokens: cap.tokens, cap_micro_usd: cap.microUsd, within_cap: isWithin };
  },
});
