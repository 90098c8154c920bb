import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { digestOf } from './digest-of.ts';
import type { ModelQuestion } from './model-call.ts';
import { peekStatement } from './sign-statement.ts';
import { signQuestion } from './sign-question.ts';
import type { Signer } from './signature.ts';

const TIME = '2026-01-05T10:00:00.000Z';
const question: ModelQuestion = {
  run: `run-${'a'.repeat(20)}`,
  purpose: 'plan',
  motion: null,
  attempt: 1,
  prompt: { name: 'planner', version: 1, digest: digestOf('prompt') },
  system: 'You plan.',
  parts: [{ label: 'goal', text: 'password=hunter2' }],
  answer: { name: 'plan', schema: {} },
  maxOutputTokens: 100,
};

function newSigner(): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    principal: 'planner',
    keyId: `planner/${'0'.repeat(16)}`,
    sign: async (bytes) => sign(null, bytes, privateKey),
  };
}

test('Invariant 12: from the digest in the ledger nobody can guess what was asked', async () => {
  const [one, other] = await Promise.all(
    [newSigner(), newSigner()].map((signer) => signQuestion(signer, question, TIME)),
  );
  const subjects = [one, other].map((request) => request && peekStatement(request.statement).subject);
  expect(new Set([...subjects, digestOf(question)]).size).toBe(3);
});

test('Invariant 11: the same agent asks the same in the same bytes, in another run in others', async () => {
  const signer = newSigner();
  const asked = (run: string) => signQuestion(signer, { ...question, run }, TIME);
  const [first, again, elsewhere] = await Promise.all(
    ['a', 'a', 'b'].map((letter) => asked(`run-${letter.repeat(20)}`)),
  );
  expect(again).toEqual(first);
  expect(elsewhere?.question.salt).not.toBe(first?.question.salt);
});
