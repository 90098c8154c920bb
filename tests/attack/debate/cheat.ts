import { randomBytes } from 'node:crypto';
import { principalApp } from '@duovir/principal';
import {
  canonicalJson,
  commitTo,
  digestOf,
  envelopeBytes,
  findingHead,
  revealRequestSchema,
  reviewRequestSchema,
  signStatement,
  type Envelope,
  type OpinionDetail,
  type RevealAnswer,
  type ReviewRequest,
  type Signer,
  type Statement,
} from '@duovir/protocol';

/** What is false about a reviewer's answers. Whatever is not named is as an honest reviewer does it. */
export interface Trick {
  /** What it would like to be believed, and says honestly. */
  readonly says?: (asked: ReviewRequest) => Partial<Statement<'opinion'>['predicate']>;
  readonly detail?: (asked: ReviewRequest) => OpinionDetail;
  /** What it signs in place of its opinion, and to which it is bound. */
  readonly opinion?: (statement: Statement<'opinion'>, asked: ReviewRequest) => Statement;
  readonly opinionBy?: Signer;
  readonly commitment?: (statement: Statement<'commitment'>, asked: ReviewRequest) => Statement;
  readonly commitmentBy?: Signer;
  /** The bytes of its answers, at last. */
  readonly committed?: (answer: object, asked: ReviewRequest) => unknown;
  readonly revealed?: (answer: RevealAnswer, asked: ReviewRequest) => unknown;
}

const harmless: OpinionDetail = { rationale: 'I have looked at it.', findings: [] };
const newSalt = (): string => randomBytes(32).toString('hex');

/** A reviewer that belongs to an attacker: he has its key and its socket, and nobody looks over his shoulder. */
export class Cheat {
  /** By run; a run that is not in here is reviewed without a trick. */
  readonly tricks = new Map<string, Trick>();
  /** All that it was ever asked, in order. */
  readonly asked: ReviewRequest[] = [];
  readonly #signer: Signer;
  readonly #mandate: string;
  readonly #held = new Map<string, { readonly answer: RevealAnswer; readonly asked: ReviewRequest }>();

  constructor(signer: Signer, mandate: string) {
    this.#signer = signer;
    this.#mandate = mandate;
  }

  app(): ReturnType<typeof principalApp> {
    const app = principalApp();
    app.post('/v1/commitments', async (context) => {
      const asked = reviewRequestSchema.parse(await context.req.json());
      this.asked.push(asked);
      const answer = { commitment: await this.#commit(asked) };
      const { committed = (honest: object): unknown => honest } = this.#trick(asked);
      return answered(await Promise.resolve(committed(answer, asked)));
    });
    app.post('/v1/reveals', async (context) => {
      const held = this.#held.get(keyOf(revealRequestSchema.parse(await context.req.json())));
      if (!held) return forgotten();
      const { revealed = (honest: RevealAnswer): unknown => honest } = this.#trick(held.asked);
      return answered(await Promise.resolve(revealed(held.answer, held.asked)));
    });
    return app;
  }

  #trick({ run }: ReviewRequest): Trick {
    return this.tricks.get(run) ?? {};
  }

  async #commit(asked: ReviewRequest): Promise<Envelope> {
    const { run, round, motion: subject } = asked;
    const trick = this.#trick(asked);
    const time = new Date().toISOString();
    const detail = trick.detail?.(asked) ?? harmless;
    const detailSalt = newSalt();
    const honest = this.#opinion(asked, detail, commitTo(detailSalt, canonicalJson(detail)));
    const opinion = await signStatement(trick.opinionBy ?? this.#signer, trick.opinion?.(honest, asked) ?? honest);
    const salt = newSalt();
    this.#held.set(keyOf(asked), { asked, answer: { salt, opinion, detail, detailSalt } });
    const bound: Statement<'commitment'> = {
      kind: 'commitment',
      run,
      time,
      subject,
      predicate: { round, commitment: commitTo(salt, envelopeBytes(opinion)) },
    };
    return signStatement(trick.commitmentBy ?? this.#signer, trick.commitment?.(bound, asked) ?? bound);
  }

  #opinion(
    asked: ReviewRequest,
    detail: OpinionDetail,
    commitment: Statement<'opinion'>['predicate']['commitment'],
  ): Statement<'opinion'> {
    return {
      kind: 'opinion',
      run: asked.run,
      time: new Date().toISOString(),
      subject: asked.motion,
      predicate: {
        round: asked.round,
        phase: asked.phase,
        verdict: 'approve',
        findings: detail.findings.map(findingHead),
        abstention: null,
        changedFrom: null,
        because: [],
        shown: digestOf(asked),
        evidence: digestOf(asked.evidence),
        trustPolicy: asked.trustPolicy,
        mandate: this.#mandate,
        commitment,
        brain: 'playbook',
        tokens: 0,
        calls: [],
        ...this.#trick(asked).says?.(asked),
      },
    };
  }
}

/** As a reviewer answers that was restarted in between. */
export function forgotten(): Response {
  const code = 'commitment-unknown';
  return Response.json({ title: code, status: 404, detail: code, code, remedy: 'none' }, { status: 404 });
}

function answered(body: unknown): Response {
  return body instanceof Response ? body : Response.json(body);
}

function keyOf({ run, round, motion }: Pick<ReviewRequest, 'run' | 'round' | 'motion'>): string {
  return `${run}/${round}/${motion}`;
}
