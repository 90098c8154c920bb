import { debatedClaim, proposerAnswer, rebuttedClaim } from './debating.ts';
import { log, probe, stderr } from './healing.ts';
import type { Place } from './place.ts';
import { clarification, finding, goal, goalWithSecrets, input, modelAnswer, playbook, toolOutput } from './planning.ts';
import { file, manifest, stepTitle } from './reviewing.ts';

/** Wherever an agent reads what it did not write. */
export const places: readonly Place[] = [
  goal,
  stderr,
  file,
  toolOutput,
  log,
  manifest,
  finding,
  playbook,
  probe,
  modelAnswer,
  input,
  stepTitle,
  clarification,
  goalWithSecrets,
  debatedClaim,
  proposerAnswer,
  rebuttedClaim,
];
