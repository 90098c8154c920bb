import type { JSX } from 'react';
import { ApprovalList } from './approval/approval-list.tsx';
import { MotionPage } from './motion/motion-page.tsx';
import { ModelPage } from './model/model-page.tsx';
import { Frame } from './page/frame.tsx';
import { PasskeyPage } from './passkey/passkey-page.tsx';
import type { Route } from './route.ts';
import { RunList } from './run/run-list.tsx';
import { RunPage } from './run/run-page.tsx';
import type { Session } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import { useSession } from './session/use-session.ts';
import { useRoute } from './use-route.ts';
import { WhyPage } from './why/why-page.tsx';

export function App(): JSX.Element | null {
  const { presence, enter, leave } = useSession();
  const route = useRoute();
  switch (presence.kind) {
    case 'asking':
      return null;
    case 'absent':
      return <SignIn notice={presence.notice} onToken={enter} />;
    case 'present':
      return (
        <Frame session={presence.session} route={route} onSignOut={leave}>
          <Place session={presence.session} route={route} />
        </Frame>
      );
  }
}

function Place({ session: { client }, route }: { readonly session: Session; readonly route: Route }): JSX.Element {
  switch (route.kind) {
    case 'run':
      return <RunPage key={route.id} client={client} id={route.id} />;
    case 'motion':
      return <MotionPage key={route.digest} client={client} run={route.run} digest={route.digest} />;
    case 'passkeys':
      return <PasskeyPage client={client} />;
    case 'approvals':
      return <ApprovalList client={client} />;
    case 'models':
      return <ModelPage client={client} />;
    case 'runs':
      return <RunList client={client} />;
    case 'why':
      return <WhyPage key={JSON.stringify(route.question)} client={client} question={route.question} />;
    case 'unknown':
      return (
        <>
          <title>Nothing here · Duovir</title>
          <h1>There is nothing here</h1>
          <p>
            The address may have been cut off. Begin with the <a href="#/runs">runs</a>.
          </p>
        </>
      );
  }
}
