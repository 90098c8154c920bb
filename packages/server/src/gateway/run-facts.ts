import { digestOf, planSchema, type Digest, type RunEvent, type RunView } from '@duovir/protocol';
import type { RunFacts } from '@duovir/egress';
import type { TrustPort } from '@duovir/engine';
import { ServerError } from '../error.ts';
import type { MotionRecord } from '../store/motions.ts';
import type { Store } from '../store/store.ts';

type Sources = Pick<Store, 'runs' | 'motions' | 'events' | 'documents'> & { readonly trust: TrustPort };

/** Requesters the trust policy puts into no team. */
export const DEFAULT_TEAM = 'default';

/** What the server itself knows about a run; undefined when there is none, or the motion is not one of it. */
export async function runFacts(sources: Sources, run: string, motion: Digest | null): Promise<RunFacts | undefined> {
  const view = await findRun(sources, run);
  if (!view) return undefined;
  const motions = await sources.motions.ofRun(run);
  if (motion !== null && !motions.some(({ digest }) => digest === motion)) return undefined;
  const { request, requester } = await sources.runs.accepted(run);
  const stage = view.state.kind === 'running' ? view.state.stage : undefined;
  return {
    run,
    dataClass: request.dataClass,
    team: teamOf(sources.trust, requester),
    // While it is being settled its bill is made out.
    open: view.state.kind !== 'settled' && stage !== 'settle',
    landing: stage === 'heal' || stage === 'undo',
    course: await courseOf(sources, run, motions),
  };
}

export function teamOf(trust: TrustPort, person: string): string {
  const { principals } = trust.current().policy;
  return principals.find(({ name, role }) => role === 'person' && name === person)?.team ?? DEFAULT_TEAM;
}

async function findRun({ runs }: Sources, run: string): Promise<RunView | undefined> {
  try {
    return await runs.view(run);
  } catch (error) {
    if (error instanceof ServerError && error.code === 'run-unknown') return undefined;
    throw error;
  }
}

async function courseOf(
  { documents, events }: Sources,
  run: string,
  put: readonly MotionRecord[],
): Promise<RunFacts['course']> {
  const told = await events.ofRun(run);
  const plans = await Promise.all(put.map(async ({ digest }) => planSchema.parse(await documents.get(digest))));
  const decided = put.filter(({ verdict }) => verdict !== null).length;
  const steps = told.filter(({ type }) => type === 'step-end').length;
  return {
    state: `${decided} motions, ${steps} steps`,
    // The number of a revision makes no other plan of it.
    plans: plans.map((plan) => digestOf({ ...plan, revision: 0 })),
    failures: told.flatMap(failureOf),
  };
}

function failureOf(event: RunEvent): string[] {
  if (event.type !== 'diagnosis-make') return [];
  const { step, diagnosis } = event.body;
  return [`${diagnosis.signature ?? diagnosis.title} in ${step}`];
}
