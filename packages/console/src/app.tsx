import { createClient, type Client } from '@duovir/sdk';
import { useMemo, useState, type JSX } from 'react';
import { ApprovalList } from './approval-list.tsx';
import { useRoute } from './route.ts';
import { RunList } from './run-list.tsx';
import { RunPage } from './run-page.tsx';
import { SignIn } from './sign-in.tsx';
import { forgetToken, keepToken, readToken } from './token.ts';

export function App(): JSX.Element {
  const [token, setToken] = useState(readToken);
  const client = useMemo(() => (token === null ? undefined : createClient({ url: location.origin, token })), [token]);
  const signOut = (): void => {
    forgetToken();
    setToken(null);
  };
  if (!client)
    return (
      <SignIn
        onToken={(given) => {
          keepToken(given);
          setToken(given);
        }}
      />
    );
  return (
    <>
      <header>
        <a href="#/runs" className="mark">
          Duovir
        </a>
        <nav aria-label="Main">
          <a href="#/runs">Runs</a>
          <a href="#/approvals">Approvals</a>
        </nav>
        <button type="button" onClick={signOut}>
          Sign out
        </button>
      </header>
      <main>
        <Place client={client} />
      </main>
    </>
  );
}

function Place({ client }: { readonly client: Client }): JSX.Element {
  const route = useRoute();
  switch (route.kind) {
    case 'run':
      return <RunPage key={route.id} client={client} id={route.id} />;
    case 'approvals':
      return <ApprovalList client={client} />;
    case 'runs':
      return <RunList client={client} />;
  }
}
