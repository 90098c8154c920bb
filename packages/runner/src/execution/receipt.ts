import { digestOf, plainText, signStatement, type Digest, type SandboxHandle, type Signer } from '@duovir/protocol';
import type { ActionResult } from '../action/action-result.ts';
import type { VerifiedPermit } from '../permit/verify-permit.ts';
import type { ReceiptEvent } from './journal.ts';

export interface Span {
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** What the runner did, signed. Digests cover every byte of output; the text is its plain beginning and end. */
export async function makeReceipt(
  signer: Signer,
  { run, permit, subject }: VerifiedPermit,
  result: ActionResult,
  { startedAt, endedAt }: Span,
  sandbox: SandboxHandle | null,
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
  return { kind: 'receipt', receipt, stdout: plainText(stdout.text), stderr: plainText(stderr.text), sandbox };
}

const digestFrom = (sha256: string): Digest => `sha256:${sha256}`;
