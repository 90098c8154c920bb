import { randomBytes } from 'node:crypto';
import {
  canonicalJson,
  commitTo,
  rebuttalAnswerSchema,
  rebuttalRequestSchema,
  signStatement,
  type RebuttalAnswer,
  type RebuttalRequest,
  type Signer,
} from '@duovir/protocol';
import type { Hono } from 'hono';
import type { ModelBrain } from '../brain/thinker.ts';
import { admitRebuttal, rebut, type Rebutted } from './rebut.ts';

export interface RebuttalParts {
  readonly signer: Signer;
  readonly clock: () => Date;
  /** Without one it says what the bytes say, and leaves the rest to people. */
  readonly model: ModelBrain | null;
}

/** The one time that a proposer may speak for its motion. */
export function serveRebuttals(app: Hono, { signer, clock, model }: RebuttalParts): void {
  app.post('/v1/rebuttals', async (context) => {
    const request = rebuttalRequestSchema.parse(await context.req.json());
    admitRebuttal(request);
    const signed = await signRebuttal({ signer, clock }, request, await rebut(model, request));
    return context.json(rebuttalAnswerSchema.parse(signed));
  });
}

async function signRebuttal(
  { signer, clock }: Pick<RebuttalParts, 'signer' | 'clock'>,
  { run, round, motion }: RebuttalRequest,
  { answers, provenance }: Rebutted,
): Promise<RebuttalAnswer> {
  const detail = { answers: [...answers] };
  const salt = randomBytes(32).toString('hex');
  const envelope = await signStatement(signer, {
    kind: 'rebuttal',
    run,
    time: clock().toISOString(),
    subject: motion,
    predicate: {
      round,
      answers: detail.answers.map(({ finding, kind, evidence }) => ({ finding, kind, evidence })),
      commitment: commitTo(salt, canonicalJson(detail)),
      ...provenance,
    },
  });
  return { envelope, detail, salt };
}
