import { useState, type JSX } from 'react';

export function SignIn({ onToken }: { readonly onToken: (token: string) => void }): JSX.Element {
  const [token, setToken] = useState('');
  return (
    <main className="sign-in">
      <h1>Duovir</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onToken(token.trim());
        }}
      >
        <label htmlFor="token">Token</label>
        <input
          id="token"
          type="password"
          autoComplete="off"
          required
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <p>
          It is in <code>.duovir/people/operator/token</code> of the installation.
        </p>
        <button type="submit">Sign in</button>
      </form>
    </main>
  );
}
