import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';

/** While a person has stopped everything nothing is permitted, and only another person ends that. */
export function stopFindings(chain: Chain): Finding[] {
  return [
    ...chain
      .all('stop')
      .filter(isInOthersName)
      .map((stop) => findingAt(stop, 'stop', 'Somebody stopped in the name of another person.')),
    ...chain
      .all('stop-lift')
      .filter((lift) => !isSound(chain, lift))
      .map((lift) =>
        findingAt(lift, 'stop-lift', 'The stop was lifted by whoever had stopped, in another name, or there was none.'),
      ),
    ...permitFindings(chain),
  ];
}

function permitFindings(chain: Chain): Finding[] {
  const permits = chain.all('permit');
  if (permits.length === 0) return [];
  const lifts = chain.ofLog('stop-lift').filter((lift) => isSound(chain, lift));
  const stops = chain.ofLog('stop').map((stop) => ({
    stop,
    until: lifts.find((lift) => lift.statement.subject === stop.digest)?.index ?? Infinity,
  }));
  return permits
    .filter((permit) =>
      stops.some(
        ({ stop, until }) => stop.index < permit.index && permit.index < until && isMeant(chain, permit, stop),
      ),
    )
    .map((permit) => findingAt(permit, 'stop-permit', 'The permit was given while everything was stopped.'));
}

function isSound(chain: Chain, lift: Fact<'stop-lift'>): boolean {
  const stop = chain.named(lift.statement.subject, 'stop');
  const { person } = lift.statement.predicate;
  return (
    stop !== undefined &&
    stop.index < lift.index &&
    lift.principal.name === person &&
    stop.statement.predicate.person !== person &&
    stop.principal.name !== person
  );
}

/** What crossed the stop on its way into the log was refused by the runner, which holds the stop as well. */
const CROSSING_MS = 5_000;

function isMeant(chain: Chain, { statement }: Fact<'permit'>, stop: Fact<'stop'>): boolean {
  const { permit: id, issuedAt } = statement.predicate;
  const isUsed = chain.inRun('receipt', statement.run).some((receipt) => receipt.statement.predicate.permit === id);
  return isUsed || Date.parse(issuedAt) > Date.parse(stop.statement.time) + CROSSING_MS;
}

/** The server may stop for a person; one person for another may not. */
function isInOthersName({ principal, statement }: Fact<'stop'>): boolean {
  return principal.role === 'person' && principal.name !== statement.predicate.person;
}
