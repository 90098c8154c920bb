import type { ApprovalView } from '@duovir/protocol';
import { approvalStatement, type Client } from '@duovir/sdk';
import { useId, useRef, useState, type JSX } from 'react';
import { Failure } from '../page/failure.tsx';
import { failed, type Failed } from '../page/load.ts';
import { sign } from '../passkey/sign.ts';

const words = {
  approve: { button: 'Approve …', title: 'Approve this motion?', sign: 'Sign the approval', tone: 'primary' },
  reject: { button: 'Reject …', title: 'Reject this motion?', sign: 'Sign the rejection', tone: 'danger' },
} as const;

/** Says once more what is signed, then has the authenticator sign it. */
export function SignApproval({
  client,
  approval,
  verdict,
}: {
  readonly client: Client;
  readonly approval: ApprovalView;
  readonly verdict: keyof typeof words;
}): JSX.Element {
  const { motion, run } = approval;
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [attempt, setAttempt] = useState<'none' | 'asked' | Failed>('none');
  const decide = async (): Promise<void> => {
    setAttempt('asked');
    try {
      // Under the policy it was shown under: if that is not in force any more, something else would be approved.
      const { trustPolicy } = approval;
      const signed = await sign(client, () =>
        approvalStatement({ run, motion, verdict }, { trustPolicy, time: new Date() }),
      );
      await client.decide(run, { motion, approval: signed });
      dialog.current?.close();
    } catch (error) {
      setAttempt(failed(error));
    }
  };
  return (
    <>
      <button type="button" className={words[verdict].tone} onClick={() => dialog.current?.showModal()}>
        {words[verdict].button}
      </button>
      <dialog ref={dialog} aria-labelledby={id} onClose={() => setAttempt('none')}>
        <h2 id={id}>{words[verdict].title}</h2>
        <p>
          {approval.goal} <span className="quiet">for {approval.requester}</span>
        </p>
        <p>
          You sign that you {verdict} exactly the plan with this digest, of class {approval.riskClass}:
        </p>
        <p>
          <code className="digest">{motion}</code>
        </p>
        {typeof attempt === 'object' && <Failure {...attempt} />}
        <div className="choices">
          <button type="button" onClick={() => dialog.current?.close()}>
            Look again
          </button>
          <button
            type="button"
            className={words[verdict].tone}
            disabled={attempt === 'asked'}
            onClick={() => void decide()}
          >
            {words[verdict].sign}
          </button>
        </div>
      </dialog>
    </>
  );
}
