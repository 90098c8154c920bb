import { useId, useState, type JSX } from 'react';
import { addressOf, type Question } from '../route.ts';

const TARGET = 'sandbox';

/** Asks by going to the address of the question, so that every answer can be linked to. */
export function WhyForm({ question }: { readonly question: Question | undefined }): JSX.Element {
  const [resource, setResource] = useState(question?.resource ?? '');
  const [path, setPath] = useState(question?.path ?? 'port');
  return (
    <form
      className="why"
      onSubmit={(event) => {
        event.preventDefault();
        const asked = { target: question?.target ?? TARGET, resource: resource.trim(), path: path.trim() };
        location.hash = addressOf({ kind: 'why', question: asked });
      }}
    >
      <Field label="Resource" example="redis" value={resource} onChange={setResource} />
      <Field label="Value" example="port" value={path} onChange={setPath} />
      <button type="submit" className="primary">
        Ask
      </button>
    </form>
  );
}

function Field({
  label,
  example,
  value,
  onChange,
}: {
  readonly label: string;
  readonly example: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        required
        pattern={String.raw`\s*[\x21-\x7e]+\s*`}
        placeholder={example}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
