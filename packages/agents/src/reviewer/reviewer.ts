import { principalApp, type TrustedPolicy } from '@duovir/principal';
import {
  digestOf,
  revealRequestSchema,
  reviewRequestSchema,
  type Digest,
  type Plan,
  type ReviewRequest,
} from '@duovir/protocol';
import type { Hono } from 'hono';
import { withoutModel } from '../brain/provenance.ts';
import { AgentError } from '../error.ts';
import { admitReview } from './admission.ts';
import { FirstVotes } from './first-votes.ts';
import type { Reasoned } from './judgement.ts';
import { sealOpinion, type Author, type SealedOpinion } from './opinion.ts';
import { Recent } from './recent.ts';
import { forgotten, silent } from './second-vote.ts';
import { reviewSubject, type ReviewSubject } from './subject.ts';
import { review, reviewAgain } from './work.ts';

const REMEMBERED_OPINIONS = 1024;
const REMEMBERED_PLANS = 64;

export interface ReviewerParts extends Author {
  /** The verified trust policy, read anew for each review so that a new one holds at once. */
  readonly trust: () => TrustedPolicy;
}

interface Held {
  readonly request: Digest;
  readonly sealed: Promise<SealedOpinion>;
}

/**
 * One reviewer: binds itself to an opinion before it can know another's, and opens it when asked. It reads the motion
 * and its evidence, nothing else; it has no tools and no network (Invariant 10).
 */
export function createReviewer(parts: ReviewerParts): Hono {
  const opinions = new Recent<Held>(REMEMBERED_OPINIONS);
  const firsts = new FirstVotes(REMEMBERED_OPINIONS);
  const plans = new Recent<Plan>(REMEMBERED_PLANS);
  const app = principalApp();

  app.post('/v1/commitments', async (context) => {
    const request = reviewRequestSchema.parse(await context.req.json());
    const trusted = parts.trust();
    admitReview(request, trusted);
    const sealed = await holdOpinion(opinions, request, async () => {
      const { kind, plan, evidence } = request;
      const previous = evidence.heal ? plans.get(evidence.heal.previous) : undefined;
      const subject = reviewSubject({ kind, plan, evidence, previous, policy: trusted.policy });
      const startedAt = parts.clock();
      const reasoned = await think(parts, firsts, subject, request);
      const opinion = await sealOpinion(parts, request, reasoned, startedAt);
      if (request.phase === 'blind') firsts.remember(request, reasoned);
      return opinion;
    });
    plans.set(request.motion, request.plan);
    return context.json({ commitment: sealed.commitment });
  });

  app.post('/v1/reveals', async (context) => {
    const held = opinions.get(keyOf(revealRequestSchema.parse(await context.req.json())));
    if (held) return context.json((await held.sealed).reveal);
    const error = new AgentError(
      'commitment-unknown',
      'There is no opinion of this reviewer on this motion and round.',
    );
    return context.json(
      {
        type: 'about:blank',
        title: error.message,
        status: 404,
        detail: error.message,
        code: error.code,
        remedy: error.remedy,
      },
      404,
    );
  });
  return app;
}

async function think(
  { work }: ReviewerParts,
  firsts: FirstVotes,
  subject: ReviewSubject,
  request: ReviewRequest,
): Promise<Reasoned> {
  const { debate } = request;
  if (!debate) return review(work, subject, request);
  const first = firsts.of(request, debate.own);
  return first ? reviewAgain(work, subject, request, { debate, first }) : silent(debate.own, forgotten, withoutModel());
}

function keyOf({ run, round, motion }: Pick<ReviewRequest, 'run' | 'round' | 'motion'>): string {
  return `${run}/${round}/${motion}`;
}

/** The same question gets the same answer, however often a crash makes it be asked; another one under its name, none. */
async function holdOpinion(
  opinions: Recent<Held>,
  request: ReviewRequest,
  seal: () => Promise<SealedOpinion>,
): Promise<SealedOpinion> {
  const key = keyOf(request);
  const digest = digestOf(request);
  const held = opinions.get(key) ?? { request: digest, sealed: seal() };
  if (held.request !== digest)
    throw new AgentError('commitment-conflict', 'This reviewer is bound already, to an opinion on other evidence.');
  opinions.set(key, held);
  // What could not be signed is no opinion; the next question may get one.
  held.sealed.catch(() => opinions.forget(key));
  return held.sealed;
}
