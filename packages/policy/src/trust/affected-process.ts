import { canonicalJson, type Principal, type TrustPolicy } from '@duovir/protocol';

/** A process that a new trust policy wants started, ended, or started anew. */
export interface AffectedProcess {
  readonly name: string;
  readonly change: 'start' | 'end' | 'restart';
}

/**
 * Which processes do not fit a new trust policy as they are. An agent reads what it was enrolled for when it starts, and the
 * server connects to those that are there; people, quorums, access and budgets need no restart.
 */
export function affectedProcesses(before: TrustPolicy, after: TrustPolicy): AffectedProcess[] {
  const old = processesOf(before);
  const next = processesOf(after);
  const own = [...new Set([...old.keys(), ...next.keys()])].toSorted().flatMap((name): AffectedProcess[] => {
    const [left, right] = [old.get(name), next.get(name)];
    if (!left) return [{ name, change: 'start' }];
    if (!right) return [{ name, change: 'end' }];
    return canonicalJson(left) === canonicalJson(right) ? [] : [{ name, change: 'restart' }];
  });
  const server = after.principals.find(({ role }) => role === 'server')?.name;
  const isConnectedAnew = own.length > 0 || canonicalJson(connections(before)) !== canonicalJson(connections(after));
  if (server === undefined || !isConnectedAnew || own.some(({ name }) => name === server)) return own;
  return [...own, { name: server, change: 'restart' }];
}

function processesOf({ principals }: TrustPolicy): ReadonlyMap<string, Principal> {
  return new Map(principals.filter(({ role }) => role !== 'person').map((principal) => [principal.name, principal]));
}

/** What the server opens when it starts. */
function connections({ log, witnesses, egress: { models } }: TrustPolicy): unknown {
  return { log, witnesses, models };
}
