import { useState, type JSX } from 'react';
import { failed, type Failed } from '../page/load.ts';
import { Failure } from '../page/failure.tsx';
import { LogIn } from './log-in.tsx';
import { openSession } from './session.ts';

/** Asks for a token until the server accepts it. */
export function SignIn({
  notice,
  onToken,
}: {
  readonly notice: string | undefined;
  readonly onToken: (token: string) => void;
}): JSX.Element {
  const [token, setToken] = useState('');
  const [attempt, setAttempt] = useState<'none' | 'asking' | Failed>('none');
  const signIn = async (): Promise<void> => {
    setAttempt('asking');
    try {
      await openSession(token.trim()).client.ledger();
      onToken(token.trim());
    } catch (error) {
      setAttempt(failed(error));
    }
  };
  return (
    <main className="sign-in">
      <title>Sign in · Duovir</title>
      <h1 className="mark">Duovir</h1>
      <p className="quiet">No agent acts alone.</p>
      {notice !== undefined && attempt === 'none' && <p role="status">{notice}</p>}
      <LogIn />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void signIn();
        }}
      >
        <label htmlFor="token">Token</label>
        <input
          id="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          required
          aria-describedby="token-place"
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <p id="token-place" className="quiet">
          It is in <code>.duovir/people/operator/token</code> of the installation. This page keeps it until the tab is
          closed.
        </p>
        <button type="submit" className="primary" disabled={attempt === 'asking'}>
          Sign in
        </button>
        {typeof attempt === 'object' && <Failure {...attempt} />}
      </form>
    </main>
  );
}
