import {
  canonicalJson,
  commitTo,
  digestOf,
  envelopeBytes,
  signStatement,
  type Envelope,
  type RevealAnswer,
  type ReviewRequest,
  type Signer,
} from '@duovir/protocol';
import { withoutModel } from '../brain/provenance.ts';
import type { Mandate } from './catalogue.ts';
import type { Judgement } from './judgement.ts';

/** A finished opinion that nobody has seen, and the commitment that binds its author to it. */
export interface SealedOpinion {
  readonly commitment: Envelope;
  readonly reveal: RevealAnswer;
}

export interface Author {
  readonly signer: Signer;
  readonly mandate: Mandate;
  readonly clock: () => Date;
  /** 32 random bytes, hex. */
  readonly salt: () => string;
}

export async function sealOpinion(
  author: Author,
  request: ReviewRequest,
  judgement: Judgement,
): Promise<SealedOpinion> {
  const { signer, mandate } = author;
  const { run, round, motion } = request;
  const time = author.clock().toISOString();
  const detailSalt = author.salt();
  const opinion = await signStatement(signer, {
    kind: 'opinion',
    run,
    time,
    subject: motion,
    predicate: {
      round,
      verdict: judgement.verdict,
      findings: judgement.detail.findings.map(({ id, rule, severity, step }) => ({ id, rule, severity, step })),
      evidence: digestOf(request.evidence),
      trustPolicy: request.trustPolicy,
      mandate,
      commitment: commitTo(detailSalt, canonicalJson(judgement.detail)),
      ...withoutModel(),
    },
  });
  const salt = author.salt();
  const commitment = await signStatement(signer, {
    kind: 'commitment',
    run,
    time,
    subject: motion,
    predicate: { round, commitment: commitTo(salt, envelopeBytes(opinion)) },
  });
  return { commitment, reveal: { salt, opinion, detail: judgement.detail, detailSalt } };
}
