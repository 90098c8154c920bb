import { randomBytes } from 'node:crypto';
import {
  envelopeDigest,
  executionDigest,
  planDigest,
  type ExecuteRequest,
  type Grounds,
  type Predicate,
} from '@duovir/protocol';
import { carried, speaker, type CarriedDeviation } from './carried.ts';
import type { Installation } from './installation.ts';

/** What differs from a chain that holds. */
export interface Deviation extends CarriedDeviation {
  readonly step?: string;
  readonly purpose?: 'apply' | 'compensate';
  readonly fence?: number;
  readonly mint?: string;
  readonly permit?: (permit: Predicate<'permit'>) => Predicate<'permit'>;
  readonly logged?: boolean;
  readonly cosigned?: boolean;
  /** What is sent to open the placeholders of the step. */
  readonly restorations?: ExecuteRequest['restorations'];
}

/** Everything from intent to permit, the permit in the log: then only what `deviation` says is wrong. */
export async function chain(installation: Installation, deviation: Deviation = {}): Promise<ExecuteRequest> {
  return permitted(installation, await carried(installation, deviation), deviation);
}

/** A permit for one step of what was carried, as a server would mint it. */
export async function permitted(
  installation: Installation,
  grounds: Grounds,
  deviation: Deviation = {},
): Promise<ExecuteRequest> {
  const { log } = installation;
  const now = deviation.now ?? new Date();
  const digest = planDigest(grounds.plan);
  const step = deviation.step ?? 'open';
  const purpose = deviation.purpose ?? 'apply';
  const predicate: Predicate<'permit'> = {
    permit: `permit-${randomBytes(13).toString('hex')}`,
    step,
    purpose,
    attempt: 1,
    fence: deviation.fence ?? 1,
    motion: digest,
    verdict: envelopeDigest(grounds.verdict),
    trustPolicy: deviation.trustPolicy ?? installation.digest,
    issuedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + 60_000).toISOString(),
  };
  const permit = await speaker(installation, deviation.run ?? grounds.plan.run, now)(
    deviation.mint ?? 'server',
    'permit',
    deviation.subjects?.permit ?? executionDigest(grounds.plan, step, purpose) ?? digest,
    deviation.permit ? deviation.permit(predicate) : predicate,
  );
  const index = log.append(deviation.logged === false ? grounds.verdict : permit);
  return {
    ...grounds,
    permit,
    proof: await log.prove(index, deviation.cosigned === false ? '' : undefined),
    restorations: deviation.restorations ?? [],
  };
}
