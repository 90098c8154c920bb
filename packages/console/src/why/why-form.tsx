import type { Client } from '@duovir/sdk';
import { useId, useState, type JSX } from 'react';
import { useLoaded } from '../page/load.ts';
import { addressOf, type Question } from '../route.ts';
import { useSettled } from './use-settled.ts';

const TARGET = 'sandbox';
const SHOWN = 30;
const once = (): undefined => undefined;

/** Asks by going to the address of the question, so that every answer can be linked to. Offers what is known. */
export function WhyForm({
  client,
  question,
}: {
  readonly client: Client;
  readonly question: Question | undefined;
}): JSX.Element {
  const target = question?.target ?? TARGET;
  const [resource, setResource] = useState(question?.resource ?? '');
  const [path, setPath] = useState(question?.path ?? '');
  const resources = useNames(`resources ${target}`, resource, async (prefix) =>
    (await client.whyPlaces({ target, prefix, limit: SHOWN })).items.map((place) => place.resource),
  );
  const paths = useNames(`paths ${target} ${resource}`, path, async (prefix) =>
    resource === ''
      ? []
      : (await client.whyPlaces({ target, resource, prefix, limit: SHOWN })).items.map((place) => place.path),
  );
  return (
    <form
      className="why"
      onSubmit={(event) => {
        event.preventDefault();
        const asked = { target, resource: resource.trim(), path: path.trim() };
        location.hash = addressOf({ kind: 'why', question: asked });
      }}
    >
      <Field
        label="Resource"
        example="Deployment/shop/web"
        value={resource}
        onChange={setResource}
        names={resources}
        required
      />
      <Field label="Value" example="spec.replicas; empty for the whole" value={path} onChange={setPath} names={paths} />
      <button type="submit" className="primary">
        Ask
      </button>
    </form>
  );
}

/** What begins so, once nobody types any more. Where it cannot be asked for, nothing is offered. */
function useNames(
  key: string,
  prefix: string,
  load: (prefix: string) => Promise<readonly string[]>,
): readonly string[] {
  const settled = useSettled(prefix.trim());
  const names = useLoaded(`${key} ${settled}`, once, () => load(settled));
  return names.kind === 'loaded' ? names.value.filter((name) => name !== '') : [];
}

function Field({
  label,
  example,
  value,
  onChange,
  names,
  required = false,
}: {
  readonly label: string;
  readonly example: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly names: readonly string[];
  readonly required?: boolean;
}): JSX.Element {
  const id = useId();
  const list = useId();
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        list={list}
        required={required}
        maxLength={1024}
        placeholder={example}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={list}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  );
}
