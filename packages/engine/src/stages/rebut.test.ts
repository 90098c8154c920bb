import { beforeEach, expect, test } from 'vitest';
import { debatedId, type FindingDetail, type Rebuttal } from '@duovir/protocol';
import { Chamber, RUN } from '../chamber.fixture.ts';
import type { Context } from '../context.ts';
import { EngineError } from '../error.ts';
import type { FrozenMotion } from '../motion.ts';
import type { Said } from './reveal.ts';
import { rebutFindings, type Rebutted } from './rebut.ts';

const found: FindingDetail = {
  id: 'open',
  rule: 'security.open',
  severity: 'high',
  step: 'folder',
  claim: 'It is open.',
  evidence: ['/steps/0'],
};

let chamber: Chamber;
let context: Context;
let motion: FrozenMotion;
let said: Said;
let answer: Rebuttal;
beforeEach(async () => {
  chamber = new Chamber();
  context = chamber.context();
  motion = await chamber.motion(context);
  said = await chamber.said(context, motion, [found]);
  answer = {
    finding: debatedId(motion.digest, found),
    kind: 'refute',
    claim: 'It is not.',
    evidence: ['/steps/0/call'],
  };
});

const rebut = (): Promise<Rebutted> => rebutFindings(context, RUN, { motion, said: [said], round: 1 });

test('a refutation by what everybody can look up is heard, and is in the ledger', async () => {
  chamber.rebuttal = () => chamber.rebut(motion, [answer]);
  expect(await rebut()).toMatchObject({ kind: 'answered', refutes: true });
  expect(chamber.ledger.map(({ key }) => key)).toEqual([`${RUN}/rebuttal/${motion.digest}/1`]);
});

test.each<[string, (answer: Rebuttal) => (readonly Rebuttal[])[]]>([
  ['cites what nobody has seen', (one) => [[{ ...one, evidence: ['hunter2-is-the-password'] }]]],
  ['answers what nobody has found', (one) => [[one, { ...one, finding: 'the-password-is-hunter2' }]]],
  ['answers one finding twice', (one) => [[one, { ...one, kind: 'ask-person' }]]],
  ['signs other answers than it gives', (one) => [[one], [{ ...one, kind: 'ask-person' }]]],
  ['signs what it has no words for', (one) => [[], [one]]],
])('Invariant 12: a proposer that %s says nothing, and nothing of it is in the ledger', async (_, say) => {
  chamber.rebuttal = () => {
    const [given = [], signed] = say(answer);
    return chamber.rebut(motion, given, signed);
  };
  expect(await rebut()).toMatchObject({ kind: 'silent' });
  expect(chamber.ledger).toEqual([]);
});

test('a proposer that fails leaves what was found as it is, and the run goes on', async () => {
  chamber.rebuttal = () => Promise.reject(new EngineError('answer-inconsistent', 'status 500'));
  const { answers } = await rebut();
  expect(await context.ports.documents.get(answers)).toMatchObject({ answers: [{ kind: 'ask-person', evidence: [] }] });
});
