import type { ApprovalView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { ApprovalFacts } from '../approval/approval-facts.tsx';
import { Decide } from '../approval/decide.tsx';
import { Awaited } from '../page/awaited.tsx';
import { useLoaded } from '../page/load.ts';
import { useSigning } from '../passkey/use-signing.ts';
import { addressOf } from '../route.ts';
import { loadMotion, type WholeMotion } from './load-motion.ts';
import { MotionContent } from './motion-content.tsx';

const REFRESH_MS = 3_000;

interface Shown {
  readonly motion: WholeMotion | undefined;
  readonly waiting: ApprovalView | undefined;
}

/** One motion with its whole debate. Asked again until there is a verdict that stays. */
export function MotionPage({
  client,
  run,
  digest,
}: {
  readonly client: Client;
  readonly run: string;
  readonly digest: string;
}): JSX.Element {
  const signing = useSigning(client);
  const shown = useLoaded(
    digest,
    ({ motion }) =>
      motion?.view.verdict === 'carried' || motion?.view.verdict === 'rejected' ? undefined : REFRESH_MS,
    async (): Promise<Shown> => {
      const [motion, approvals] = await Promise.all([loadMotion(client, run, digest), client.approvals()]);
      return { motion, waiting: approvals.find((approval) => approval.motion === digest) };
    },
  );
  return (
    <>
      <title>Motion · Duovir</title>
      <Awaited of={shown}>
        {({ motion, waiting }) =>
          motion ? (
            <>
              <h1>
                {motion.view.kind === 'heal' ? 'Heal' : 'Plan'} {motion.view.revision}:{' '}
                {motion.view.verdict ?? 'not decided'}
              </h1>
              <p>
                For <a href={addressOf({ kind: 'run', id: run })}>{motion.view.plan.goal.statement}</a>. Risk class{' '}
                {motion.view.riskClass}
                {motion.view.reasons.length > 0 && `, because of ${motion.view.reasons.join(', ')}`}.
              </p>
              <p className="quiet">
                Digest <code className="digest">{digest}</code>
              </p>
              {waiting && <ApprovalFacts approval={waiting} />}
              <h2 className="hidden">The whole motion</h2>
              <MotionContent motion={motion} />
              {waiting && <Decide client={client} approval={waiting} signing={signing} isExact={motion.isExact} />}
            </>
          ) : (
            <>
              <h1>There is no such motion</h1>
              <p>
                See the <a href={addressOf({ kind: 'run', id: run })}>run</a>.
              </p>
            </>
          )
        }
      </Awaited>
    </>
  );
}
