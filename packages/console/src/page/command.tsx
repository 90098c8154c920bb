import { useState, type JSX } from 'react';

/** A command for a terminal, to be copied as it is. */
export function Command({ text }: { readonly text: string }): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div className="command">
      {/* Without a mouse it could not be scrolled otherwise. */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      {/* Browsers have a clipboard only for pages from HTTPS or from this machine. */}
      {isSecureContext && (
        <button type="button" onClick={() => void copy().catch(() => setCopied(false))}>
          {isCopied ? 'Copied' : 'Copy'}
        </button>
      )}
      <span role="status" className="hidden">
        {isCopied && 'The command is copied'}
      </span>
    </div>
  );
}
