import {
  canonicalJson,
  commitTo,
  digestOf,
  envelopeBytes,
  findingHead,
  signStatement,
  type Envelope,
  type RevealAnswer,
  type ReviewRequest,
  type Signer,
} from '@duovir/protocol';
import type { Reasoned } from './judgement.ts';
import type { Work } from './work.ts';

/** A finished opinion that nobody has seen, and the commitment that binds its author to it. */
export interface SealedOpinion {
  readonly commitment: Envelope;
  readonly reveal: RevealAnswer;
}

export interface Author {
  readonly signer: Signer;
  readonly work: Work;
  readonly clock: () => Date;
  /** 32 random bytes, hex. */
  readonly salt: () => string;
}

export async function sealOpinion(
  author: Author,
  request: ReviewRequest,
  judgement: Reasoned,
  startedAt: Date,
): Promise<SealedOpinion> {
  const { signer, work } = author;
  const { run, round, phase, motion } = request;
  const { verdict, abstention, changedFrom, because } = judgement;
  const time = author.clock().toISOString();
  const detail = { ...judgement.detail, startedAt: startedAt.toISOString(), endedAt: time };
  const detailSalt = author.salt();
  const opinion = await signStatement(signer, {
    kind: 'opinion',
    run,
    time,
    subject: motion,
    predicate: {
      round,
      phase,
      verdict,
      findings: judgement.detail.findings.map(findingHead),
      abstention,
      changedFrom,
      because,
      shown: digestOf(request),
      evidence: digestOf(request.evidence),
      trustPolicy: request.trustPolicy,
      mandate: work.mandate,
      commitment: commitTo(detailSalt, canonicalJson(detail)),
      ...judgement.provenance,
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
  return { commitment, reveal: { salt, opinion, detail, detailSalt } };
}
