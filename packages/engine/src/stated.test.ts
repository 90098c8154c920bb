import { generateKeyPairSync, sign } from 'node:crypto';
import { digestOf, DuovirError, keyIdOf, peekStatement, rawPublicKey, type Envelope } from '@duovir/protocol';
import { expect, test } from 'vitest';
import type { LedgerEntry, LedgerPort, Ports } from './ports.ts';
import { stateLast } from './stated.ts';

const RUN = 'run-aaaaaaaaaaaaaaaaaaaa';
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const signer = {
  principal: 'server',
  keyId: keyIdOf('server', rawPublicKey(publicKey)),
  sign: async (bytes: Uint8Array) => sign(null, bytes, privateKey),
};

class Grown extends DuovirError<'run-grown'> {
  constructor() {
    super('run-grown', 'The run has more entries.', { consequence: 'retry', remedy: '' });
  }
}

/** A run with some entries, of which others may say something whenever its head has been looked at. */
class GrowingRun implements LedgerPort {
  readonly said: string[];
  readonly #meanwhile: string[];
  last: Envelope | undefined;

  constructor(said: readonly string[], meanwhile: readonly string[]) {
    this.said = [...said];
    this.#meanwhile = [...meanwhile];
  }

  async append([entry]: readonly LedgerEntry[]): Promise<readonly number[]> {
    if (!entry || entry.after !== this.said.length) throw new Grown();
    this.last = entry.envelope;
    return [this.said.push(entry.key) - 1];
  }

  async head(): Promise<Awaited<ReturnType<LedgerPort['head']>>> {
    const head = { entries: this.said.length, chain: digestOf(this.said) };
    this.said.push(...this.#meanwhile.splice(0, 1));
    return head;
  }

  find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  prove(): Promise<string> {
    return Promise.reject(new Error('nobody asks for a proof'));
  }
}

const settled = { outcome: 'succeeded', reason: 'goal.met', steps: 1, heals: 0, tokens: 0, microUsd: 0 } as const;

function stateSettlement(
  ledger: LedgerPort,
  predicate: Parameters<typeof stateLast>[2]['predicate'] = async () => settled,
): ReturnType<typeof stateLast> {
  const ports = { ledger, signer, clock: { now: () => new Date(0) } } as unknown as Ports;
  return stateLast(ports, 'settlement', {
    run: RUN,
    kind: 'settlement',
    subject: digestOf('request'),
    predicate,
  });
}

test('the last word about a run counts what others say while it is being signed', async () => {
  const ledger = new GrowingRun(['request', 'plan'], ['approval', 'cancellation']);
  const { entry } = await stateSettlement(ledger);
  expect(entry).toBe(4);
  const { predicate } = peekStatement(ledger.last ?? expect.unreachable());
  const chain = digestOf(['request', 'plan', 'approval', 'cancellation']);
  expect(predicate).toMatchObject({ entries: 4, chain });
});

test('the bill is made out after the count: what is paid for meanwhile is counted too', async () => {
  const ledger = new GrowingRun(['request'], []);
  let looks = 0;
  const { entry } = await stateSettlement(ledger, async () => {
    looks += 1;
    if (looks === 1) ledger.said.push('egress-end');
    return { ...settled, tokens: looks };
  });
  expect(entry).toBe(2);
  expect(peekStatement(ledger.last ?? expect.unreachable()).predicate).toMatchObject({ entries: 2, tokens: 2 });
});

test('what the ledger refuses for another reason is not tried again', async () => {
  const ledger = new GrowingRun([], []);
  ledger.append = () => Promise.reject(new Error('the disk is full'));
  await expect(stateSettlement(ledger)).rejects.toThrow('the disk is full');
});
