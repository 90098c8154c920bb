import {
  digestOf,
  digestOfBytes,
  signStatement,
  type Digest,
  type EntryKind,
  type Envelope,
  type ModelAnswer,
  type ModelRequest,
  type Predicate,
  type Principal,
  type Signer,
} from '@duovir/protocol';
import type { EgressRecords, Ended, Leaving } from '@duovir/egress';
import type { ClockPort, LedgerPort, RandomPort, TrustPort } from '@duovir/engine';
import { appendOnce } from '../ledger/append-once.ts';
import type { Documents } from '../store/documents.ts';
import type { EgressCalls } from '../store/egress-calls.ts';
import type { ModelAnswers } from '../store/model-answers.ts';

export const SENT = 'egress-sent';
export const RECEIVED = 'egress-received';
const SALT_BYTES = 32;

export interface EgressLogParts {
  readonly ledger: LedgerPort;
  readonly documents: Documents;
  readonly egressCalls: EgressCalls;
  readonly modelAnswers: ModelAnswers;
  readonly signer: Signer;
  readonly trust: TrustPort;
  readonly clock: ClockPort;
  readonly random: RandomPort;
}

/** Every fact of a model call, in ledger and store before it takes effect (Invariant 9). */
export class EgressLog implements EgressRecords {
  readonly #parts: EgressLogParts;
  /** Entries of ends that nobody has been told of yet, by call. */
  readonly #ends = new Map<string, number>();

  constructor(parts: EgressLogParts) {
    this.#parts = parts;
  }

  async asked({ statement, question }: ModelRequest, { name }: Principal): Promise<void> {
    const { run } = question;
    await appendOnce(this.#parts.ledger, `${run}/model-question/${name}/${digestOf(question)}`, run, statement);
  }

  async leaving(leaving: Leaving): Promise<void> {
    const { ledger, documents, egressCalls, trust, clock, random } = this.#parts;
    const { run, call, body, principal, purpose, question, model, provider, dataClass, redactions, reserved } = leaving;
    const { digest, commitment } = await documents.putBytes(run, SENT, body, random.hex(SALT_BYTES));
    const time = clock.now().toISOString();
    await egressCalls.intend(leaving, { digest, bytes: body.length, time });
    const envelope = await this.#sign('egress', run, digest, time, {
      call,
      try: leaving.try,
      principal,
      purpose,
      question,
      model,
      provider,
      dataClass,
      bytes: body.length,
      redactions,
      reserved,
      trustPolicy: trust.current().digest,
      commitment,
    });
    const { index } = await appendOnce(ledger, egressKey(leaving), run, envelope);
    await egressCalls.leave(call, leaving.try, index);
  }

  async ended(ended: Ended): Promise<void> {
    const { ledger, documents, egressCalls, clock, random } = this.#parts;
    const { run, call, received, outcome, status, spent } = ended;
    const answer = received === null ? null : digestOfBytes(received);
    if (received !== null) await documents.putBytes(run, RECEIVED, received, random.hex(SALT_BYTES));
    const envelope = await this.#sign('egress-end', run, ended.body, clock.now().toISOString(), {
      call,
      try: ended.try,
      outcome,
      status,
      answer,
      spent,
    });
    // A try whose end was stated when its run was settled has ended then.
    const { index } = await appendOnce(ledger, `${run}/egress-end/${call}/${ended.try}`, run, envelope);
    await egressCalls.end(ended, answer, index);
    this.#ends.set(call, index);
  }

  answerTo(question: Digest, principal: string): Promise<ModelAnswer | undefined> {
    return this.#parts.modelAnswers.find(question, principal);
  }

  async keep(question: Digest, principal: string, answer: ModelAnswer): Promise<void> {
    const { egressCalls, modelAnswers } = this.#parts;
    const [first] = answer.call === null ? [] : await egressCalls.tries(answer.call);
    // Where nothing left, nothing was paid for that could be asked twice.
    if (first) await modelAnswers.keep(first.run, question, principal, answer);
  }

  /** The entry with which the last try of a call ended. Told once. */
  takeEnd(call: string): number | null {
    const entry = this.#ends.get(call) ?? null;
    this.#ends.delete(call);
    return entry;
  }

  #sign<Kind extends EntryKind>(
    kind: Kind,
    run: string,
    subject: Digest,
    time: string,
    predicate: Predicate<Kind>,
  ): Promise<Envelope> {
    return signStatement(this.#parts.signer, { kind, run, time, subject, predicate });
  }
}

export function egressKey({ run, call, try: attempt }: Pick<Leaving, 'run' | 'call' | 'try'>): string {
  return `${run}/egress/${call}/${attempt}`;
}
