import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';

/** What a run says to have achieved, somebody else than its runner has seen. */
export function attestationFindings(chain: Chain): Finding[] {
  return chain
    .all('settlement')
    .filter(({ statement }) => statement.predicate.outcome === 'succeeded')
    .flatMap((settlement) => [...stepFindings(chain, settlement), ...goalFindings(chain, settlement)]);
}

/** Only the last word about each step counts: what failed or was undone before, the run has dealt with. */
function stepFindings(chain: Chain, settlement: Fact<'settlement'>): Finding[] {
  const { run } = settlement.statement;
  const receipts = chain.inRun('receipt', run);
  const steps = Map.groupBy(receipts, ({ statement }) => statement.predicate.step);
  return [...steps].flatMap(([step, ofStep]) => {
    const applied = ofStep.findLast(({ statement }) => statement.predicate.purpose === 'apply');
    if (applied?.statement.predicate.outcome !== 'succeeded') return [];
    const wasUndone = ofStep.some(
      ({ index, statement: { predicate } }) =>
        index > applied.index && predicate.purpose === 'compensate' && predicate.outcome === 'succeeded',
    );
    if (wasUndone || isAttested(chain, applied)) return [];
    return [
      findingAt(
        settlement,
        'receipt-attested',
        `Nobody has seen after step ${step} that it had come to what it is for.`,
      ),
    ];
  });
}

/** `control`: a later attempt at the step found that it was so already. */
function isAttested(chain: Chain, { index, statement: { run, predicate } }: Fact<'receipt'>): boolean {
  return chain
    .inRun('attestation', run)
    .some(
      ({ index: at, statement: { predicate: seen } }) =>
        at > index &&
        (seen.about === 'step' || seen.about === 'control') &&
        seen.step === predicate.step &&
        seen.outcome === 'succeeded',
    );
}

function goalFindings(chain: Chain, settlement: Fact<'settlement'>): Finding[] {
  const { run } = settlement.statement;
  const last = chain.inRun('receipt', run).findLast(({ statement }) => statement.predicate.purpose === 'apply');
  const isReached = chain
    .inRun('attestation', run)
    .some(
      ({ index, statement: { predicate } }) =>
        predicate.about === 'goal' && predicate.outcome === 'succeeded' && index > (last?.index ?? -1),
    );
  if (isReached) return [];
  return [
    findingAt(settlement, 'receipt-attested', 'The run is said to have succeeded; nobody has seen its goal reached.'),
  ];
}
