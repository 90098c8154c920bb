import type { ApprovalView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { Command } from '../page/command.tsx';
import { Failure } from '../page/failure.tsx';
import type { Loaded } from '../page/load.ts';
import { MissingPasskey } from '../passkey/missing-passkey.tsx';
import type { Signing } from '../passkey/signing.ts';
import { SignApproval } from './sign-approval.tsx';
import { standingOf } from './standing.ts';

/** How the reader decides about it: here with a passkey, or in a terminal. */
export function Decide({
  client,
  approval,
  signing,
  isExact,
}: {
  readonly client: Client;
  readonly approval: ApprovalView;
  readonly signing: Loaded<Signing>;
  readonly isExact: boolean | undefined;
}): JSX.Element | null {
  if (signing.kind === 'loading') return null;
  if (signing.kind === 'failed') return <Failure {...signing} />;
  const { value } = signing;
  const standing = standingOf(approval, value.person);
  if (standing.kind !== 'asked') return <p className="quiet">{standing.explanation}</p>;
  return (
    <section aria-label="Decide">
      {value.kind !== 'ready' ? (
        <MissingPasskey signing={value} />
      ) : (
        isExact === true && (
          <div className="decide">
            <SignApproval client={client} approval={approval} verdict="approve" />
            <SignApproval client={client} approval={approval} verdict="reject" />
          </div>
        )
      )}
      <details>
        <summary>In a terminal</summary>
        <Command text={`npx duovir approval approve ${approval.motion} --as ${value.person}`} />
        <Command text={`npx duovir approval reject ${approval.motion} --as ${value.person}`} />
      </details>
    </section>
  );
}
