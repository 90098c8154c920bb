import type { ExecuteRequest, Statement } from '@duovir/protocol';
import { RunnerError } from '../error.ts';

/** The documents sent belong to the run the permit was minted for. */
export function assertSameRun({ request, plan }: ExecuteRequest, run: string): void {
  if (request.run !== run || plan.run !== run || plan.target.id !== run)
    throw new RunnerError('permit-foreign-run', `The permit is for ${run}; request, plan or target belong to another.`);
}

/** So does everything anybody signed: the name of the run is inside each signature. */
export function assertAllAbout(statements: readonly Statement[], run: string): void {
  for (const statement of statements)
    if (statement.run !== run)
      throw new RunnerError(
        'permit-foreign-run',
        `The permit is for ${run}; a ${statement.kind} is about another run.`,
      );
}
