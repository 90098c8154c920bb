import type { ApprovalView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { loadMotion } from '../motion/load-motion.ts';
import { MotionContent } from '../motion/motion-content.tsx';
import { Awaited } from '../page/awaited.tsx';
import { useLoaded, type Loaded } from '../page/load.ts';
import type { Signing } from '../passkey/signing.ts';
import { addressOf } from '../route.ts';
import { ApprovalFacts } from './approval-facts.tsx';
import { Decide } from './decide.tsx';

const once = (): undefined => undefined;

/** One motion, what exactly it would do, all that was said about it, and how to decide it. */
export function ApprovalCard({
  client,
  approval,
  signing,
}: {
  readonly client: Client;
  readonly approval: ApprovalView;
  readonly signing: Loaded<Signing>;
}): JSX.Element {
  const { motion, run, given } = approval;
  const whole = useLoaded(`${motion} ${given.length}`, once, () => loadMotion(client, run, motion));
  return (
    <article className="box" aria-labelledby={motion}>
      <h2 id={motion}>
        <a href={addressOf({ kind: 'run', id: run })}>{approval.goal}</a>
      </h2>
      <ApprovalFacts approval={approval} />
      <Awaited of={whole}>
        {(found) =>
          found ? (
            <>
              <MotionContent motion={found} />
              <Decide client={client} approval={approval} signing={signing} isExact={found.isExact} />
            </>
          ) : (
            <p role="alert">The server does not know this motion.</p>
          )
        }
      </Awaited>
    </article>
  );
}
