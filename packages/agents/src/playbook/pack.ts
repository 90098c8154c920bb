import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '@duovir/protocol';
import { AgentError } from '../error.ts';
import type { Signature } from '../signature/signature-schema.ts';
import { checkPackFolder } from './pack-check.ts';
import type { PlanTest } from './plan-test.ts';
import type { Playbook } from './playbook-schema.ts';
import { fileProblem, formatProblem } from './problem.ts';

/** A folder of playbooks and signatures, each with its tests. */
export interface Pack {
  readonly id: string;
  readonly version: string;
  /** Over what the files mean, not over their white space and comments. */
  readonly digest: Digest;
  readonly playbooks: readonly Playbook[];
  readonly signatures: readonly Signature[];
  readonly tests: readonly PlanTest[];
}

/** Every pack of a folder, or an error that lists every problem: half a catalogue is none (Invariant 6). */
export function loadPacks(folder: string): readonly Pack[] {
  const checks = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted()
    .map((name) => checkPackFolder(join(folder, name)));
  const problems = checks.flatMap((each) => (each.kind === 'problems' ? each.problems : []));
  const packs = checks.flatMap((each) => (each.kind === 'valid' ? [each.value] : []));
  if (checks.length === 0)
    throw new AgentError(
      'pack-invalid',
      formatProblem(fileProblem(folder, 'There is no pack here.', 'Name the folder that holds the packs.')),
    );
  if (problems.length > 0) throw new AgentError('pack-invalid', problems.map(formatProblem).join('\n'));
  return packs;
}
