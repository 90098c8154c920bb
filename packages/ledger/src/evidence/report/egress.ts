import { isPacked, type PackedEntry } from '../packed-entry.ts';
import { rememberingReport, rowAt, type Row } from './report.ts';

export const egress = rememberingReport({
  name: 'egress',
  about:
    'One row for each time bytes left for a model: who asked, which model, which data class, what was hidden, what it cost.',
  columns: [
    'principal',
    'purpose',
    'model',
    'provider',
    'data_class',
    'bytes',
    'hidden',
    'reserved_tokens',
    'reserved_micro_usd',
    'end_entry',
    'outcome',
    'tokens',
    'micro_usd',
  ],
  begin: () => {
    const open = new Map<string, PackedEntry<'egress'>>();
    return {
      read: (entry) => {
        if (isPacked(entry, 'egress')) open.set(tryOf(entry), entry);
        if (!isPacked(entry, 'egress-end')) return [];
        const left = open.get(tryOf(entry));
        open.delete(tryOf(entry));
        return left && (left.isInPeriod || entry.isInPeriod) ? [rowOf(left, entry)] : [];
      },
      // What left and of which nobody knows how it ended.
      end: () => [...open.values()].filter(({ isInPeriod }) => isInPeriod).map((left) => rowOf(left, undefined)),
    };
  },
});

function tryOf({ statement: { run, predicate } }: PackedEntry<'egress'> | PackedEntry<'egress-end'>): string {
  return `${run} ${predicate.call} ${predicate.try}`;
}

function rowOf(left: PackedEntry<'egress'>, ended: PackedEntry<'egress-end'> | undefined): Row {
  const { principal, purpose, model, provider, dataClass, bytes, redactions, reserved } = left.statement.predicate;
  const end = ended?.statement.predicate;
  return rowAt(left, {
    principal,
    purpose,
    model,
    provider,
    data_class: dataClass,
    bytes,
    hidden: Object.values(redactions).reduce((sum, count) => sum + count, 0),
    reserved_tokens: reserved.tokens,
    reserved_micro_usd: reserved.microUsd,
    end_entry: ended?.index ?? null,
    outcome: end?.outcome ?? 'open',
    tokens: end?.spent.tokens ?? null,
    micro_usd: end?.spent.microUsd ?? null,
  });
}
