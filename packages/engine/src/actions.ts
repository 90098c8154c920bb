import { attestState } from './stages/attest.ts';
import { askPerson, hearAnswer } from './stages/clarify.ts';
import { diagnoseFailure, sayConfirmation } from './stages/diagnose.ts';
import { executeStep } from './stages/execute.ts';
import { freezeMotion } from './stages/freeze.ts';
import { notice } from './stages/notice.ts';
import { proposePatch } from './stages/patch.ts';
import { mintPermit } from './stages/permit.ts';
import { proposePlan } from './stages/plan.ts';
import { enterRequest } from './stages/request.ts';
import { commitOpinions } from './stages/commit.ts';
import { compareTarget } from './stages/compare.ts';
import { rebutFindings } from './stages/rebut.ts';
import { revealOpinions } from './stages/reveal.ts';
import { testFindings } from './stages/test-findings.ts';
import { settleRun } from './stages/settle.ts';
import { tallyMotion } from './stages/verdict.ts';
import type { Durable } from './durable/port.ts';

/** Everything a run can do, by the name under which the journal knows it. */
export const actions = {
  request: enterRequest,
  plan: proposePlan,
  ask: askPerson,
  hear: hearAnswer,
  freeze: freezeMotion,
  commit: commitOpinions,
  reveal: revealOpinions,
  rebut: rebutFindings,
  'test-findings': testFindings,
  tally: tallyMotion,
  compare: compareTarget,
  permit: mintPermit,
  execute: executeStep,
  attest: attestState,
  diagnose: diagnoseFailure,
  confirm: sayConfirmation,
  patch: proposePatch,
  notice,
  settle: settleRun,
} as const;

/** The durable port with the actions of a run. */
export type RunDurable = Durable<typeof actions>;
