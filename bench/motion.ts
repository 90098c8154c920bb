import type { Client } from '@duovir/sdk';
import type { EnvironmentName, RunEvent } from '@duovir/protocol';
import { Installation } from '../tests/chaos/installation.ts';
import { startSigned } from '../tests/signed-run.ts';
import type { Figure } from './figure.ts';

const P50_MS = 60;
const P99_MS = 200;
const GOAL = 'Cluster Redis: three masters';

interface Course {
  readonly riskClass: string;
  readonly environment: EnvironmentName;
  readonly warmUp: number;
  readonly rounds: number;
}

/** R1 is the class with a bar of its own; for the others a person has to approve, and the bar is for what runs before and after. */
const courses: readonly Course[] = [
  { riskClass: 'R1', environment: 'development', warmUp: 5, rounds: 60 },
  { riskClass: 'R2', environment: 'staging', warmUp: 2, rounds: 20 },
  { riskClass: 'R3', environment: 'production', warmUp: 2, rounds: 20 },
];

/**
 * From POST /v1/runs to the first permit: signed request, plan, checks, blind opinions, verdict and permit, each in the ledger. Where
 * people decide, until they are asked, and again from their approval to the permit.
 */
export async function benchMotion(): Promise<readonly Figure[]> {
  const installation = new Installation();
  try {
    await installation.up();
    const client = await installation.client();
    const timed: Figure[] = [];
    for (const course of courses) timed.push(...(await time(installation, client, course)));
    return timed;
  } finally {
    await installation.close();
  }
}

async function time(installation: Installation, client: Client, course: Course): Promise<readonly Figure[]> {
  const { riskClass, environment, warmUp, rounds } = course;
  const [decided, permitted]: [number[], number[]] = [[], []];
  for (let round = 0; round < warmUp + rounds; round++) {
    const started = performance.now();
    const { id } = await startSigned(installation.state, client, { goal: GOAL, target: 'sandbox', environment });
    const first = await next(client, id, ['permit-mint', 'approval-wait']);
    const asked = performance.now();
    if (round >= warmUp) decided.push(asked - started);
    if (first.type === 'approval-wait') {
      await installation.duovir('approval', 'approve', first.body.motion, '--as', 'approver');
      const approved = await next(client, id, ['approval-give']);
      const permit = await next(client, id, ['permit-mint']);
      if (round >= warmUp) permitted.push(Date.parse(permit.time) - Date.parse(approved.time));
    }
    await client.cancel(id);
    await next(client, id, ['run-end']);
  }
  const what = permitted.length > 0 ? 'request-to-people' : 'request-to-permit';
  return [
    ...figures(`motion.${riskClass}.${what}`, decided),
    ...(permitted.length > 0 ? figures(`motion.${riskClass}.approval-to-permit`, permitted) : []),
  ];
}

async function next<Type extends RunEvent['type']>(
  client: Client,
  run: string,
  types: readonly Type[],
): Promise<Extract<RunEvent, { type: Type }>> {
  for await (const event of client.events(run)) {
    if (types.some((type) => type === event.type)) return event as Extract<RunEvent, { type: Type }>;
    if (event.type === 'run-end') throw new Error(`the run ended early: ${event.body.explanation}`);
  }
  throw new Error('the events ended before the run');
}

function figures(name: string, times: number[]): readonly Figure[] {
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.max(0, Math.ceil(times.length * share) - 1)] ?? Number.NaN;
  return [figure(`${name}.p50`, at(0.5), P50_MS), figure(`${name}.p99`, at(0.99), P99_MS)];
}

function figure(name: string, value: number, bar: number): Figure {
  return { name, value, unit: 'ms', comparedWith: null, ratio: null, bar: `<= ${bar} ms`, ok: value <= bar };
}
