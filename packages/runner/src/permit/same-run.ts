import type { Grounds, Statement } from '@duovir/protocol';
import { RunnerError } from '../error.ts';

/** The documents sent belong to the run the permit was minted for. */
export function assertSameRun({ request, plan }: Pick<Grounds, 'request' | 'plan'>, run: string): void {
  if (request.run !== run || plan.run !== run || plan.target.id !== run)
    throw new RunnerError('permit-foreign-run', `This is about ${run}; request, plan or target belong to another run.`);
}

/** So does everything anybody signed: the name of the run is inside each signature. */
export function assertAllAbout(statements: readonly Statement[], run: string): void {
  for (const statement of statements)
    if (statement.run !== run)
      throw new RunnerError('permit-foreign-run', `This is about ${run}; a ${statement.kind} is about another run.`);
}
