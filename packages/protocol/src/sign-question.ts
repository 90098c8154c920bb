import { hash } from 'node:crypto';
import { digestOf } from './digest-of.ts';
import type { ModelQuestion, ModelRequest } from './model-call.ts';
import { signStatement } from './sign-statement.ts';
import type { Signer } from './signature.ts';

/** A question as an agent asks it. The same agent asks the same question of a run in the same bytes (Invariant 11). */
export async function signQuestion(signer: Signer, asked: ModelQuestion, time: string): Promise<ModelRequest> {
  const question = { ...asked, salt: await saltFor(signer, asked.run) };
  const { run, purpose, motion, attempt, prompt } = question;
  const statement = await signStatement(signer, {
    kind: 'model-question',
    run,
    time,
    subject: digestOf(question),
    predicate: { purpose, motion, attempt, prompt },
  });
  return { statement, question };
}

/** Ed25519 signs the same bytes in the same way (RFC 8032), and nobody else can: a salt that need not be remembered. */
async function saltFor(signer: Signer, run: string): Promise<string> {
  return hash('sha256', await signer.sign(Buffer.from(`duovir/question-salt/v1\0${run}`)), 'hex');
}
