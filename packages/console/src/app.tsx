import { useEffect, useMemo, useState, type JSX } from 'react';
import { ApprovalList } from './approval/approval-list.tsx';
import { ModelPage } from './model/model-page.tsx';
import { Frame } from './page/frame.tsx';
import type { Route } from './route.ts';
import { RunList } from './run/run-list.tsx';
import { RunPage } from './run/run-page.tsx';
import { openSession, type Session } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import { forgetToken, keepToken, readToken } from './session/token.ts';
import { useRoute } from './use-route.ts';
import { WhyPage } from './why/why-page.tsx';

const REFUSED = 'The server does not accept the token any more.';

export function App(): JSX.Element {
  const [token, setToken] = useState(readToken);
  const [notice, setNotice] = useState<string>();
  const session = useMemo(() => (token === null ? undefined : openSession(token)), [token]);
  const route = useRoute();
  const signOut = (why: string | undefined): void => {
    forgetToken();
    setNotice(why);
    setToken(null);
  };
  useEffect(
    () => session?.connection.subscribe(() => session.connection.state().kind === 'refused' && signOut(REFUSED)),
    [session],
  );
  if (!session)
    return (
      <SignIn
        notice={notice}
        onToken={(given) => {
          keepToken(given);
          setToken(given);
        }}
      />
    );
  return (
    <Frame session={session} route={route} onSignOut={() => signOut(undefined)}>
      <Place session={session} route={route} />
    </Frame>
  );
}

function Place({ session: { client }, route }: { readonly session: Session; readonly route: Route }): JSX.Element {
  switch (route.kind) {
    case 'run':
      return <RunPage key={route.id} client={client} id={route.id} />;
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
