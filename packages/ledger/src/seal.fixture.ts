import {
  envelopeBytes,
  keyIdOfEnvelope,
  peekStatement,
  signStatement,
  type Envelope,
  type Statement,
} from '@duovir/protocol';
import { leafHash } from './merkle.ts';
import type { Organisation } from './organisation.fixture.ts';
import { extendRun, startOfRun, type RunHead } from './run-head.ts';

/** What a settlement has to say about the entries of its run that were told before. */
export function headOf(run: string, told: Iterable<Envelope>): RunHead {
  return [...told]
    .filter((envelope) => peekStatement(envelope).run === run)
    .reduce((head, envelope) => extendRun(head, leafHash(envelopeBytes(envelope))), startOfRun(run));
}

/** `last`: after all else that is said about its run. `in-place`: where it is told. `as-told`: just as it was signed. */
export type Sealing = 'last' | 'in-place' | 'as-told';

/** The story with settlements that name what is told, whatever a test has left out, put in or moved. */
export async function sealed(acme: Organisation, story: readonly Envelope[], sealing: Sealing): Promise<Envelope[]> {
  const told = [...story];
  if (sealing === 'as-told') return told;
  for (const settlement of story.filter((envelope) => peekStatement(envelope).kind === 'settlement')) {
    const { run } = peekStatement(settlement);
    const at = told.indexOf(settlement);
    const end = told.findLastIndex((envelope) => peekStatement(envelope).run === run);
    told.splice(at, 1);
    const to = sealing === 'last' ? end : at;
    told.splice(to, 0, await signedAgain(acme, settlement, headOf(run, told.slice(0, to))));
  }
  return told;
}

/** By the key that had signed it; what a stranger has signed stays as it is. */
async function signedAgain(acme: Organisation, settlement: Envelope, head: RunHead): Promise<Envelope> {
  const key = [...acme.keys.values()].find(({ signer }) => signer.keyId === keyIdOfEnvelope(settlement));
  const statement = peekStatement(settlement);
  if (!key || !isSettlement(statement)) return settlement;
  return signStatement(key.signer, { ...statement, predicate: { ...statement.predicate, ...head } });
}

function isSettlement(statement: Statement): statement is Statement<'settlement'> {
  return statement.kind === 'settlement';
}
