import { digestOf, plainText, signStatement, type Digest, type SandboxHandle, type Signer } from '@duovir/protocol';
import type { ActionResult } from '../action/action-result.ts';
import type { VerifiedPermit } from '../permit/verify-permit.ts';
import type { Conceal } from '../restoration/concealment.ts';
import type { Output } from '../sandbox/output.ts';
import type { ReceiptEvent } from './journal.ts';

export interface Span {
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/**
 * What the runner did, signed. Digests cover every byte of output as it was; the text is its plain beginning and end,
 * with placeholders for values.
 */
export async function makeReceipt(
  signer: Signer,
  { run, permit, subject }: VerifiedPermit,
  result: ActionResult,
  { startedAt, endedAt }: Span,
  sandbox: SandboxHandle | null,
  conceal: Conceal,
): Promise<ReceiptEvent> {
  const { outcome, cause, exit, stdout, stderr } = result;
  const receipt = await signStatement(signer, {
    kind: 'receipt',
    run,
    time: endedAt.toISOString(),
    subject: digestOf(subject),
    predicate: {
      permit: permit.permit,
      step: permit.step,
      purpose: permit.purpose,
      attempt: permit.attempt,
      fence: permit.fence,
      outcome,
      cause,
      exit,
      stdout: digestFrom(stdout.sha256),
      stderr: digestFrom(stderr.sha256),
      startedAt: startedAt.toISOString(),
      endedAt: endedAt.toISOString(),
    },
  });
  // Again, for escape sequences may have stood inside a value.
  const shown = ({ text }: Output): string => conceal(plainText(text));
  return { kind: 'receipt', receipt, stdout: shown(stdout), stderr: shown(stderr), sandbox };
}

const digestFrom = (sha256: string): Digest => `sha256:${sha256}`;
