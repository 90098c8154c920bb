import type { RunView } from '@duovir/protocol';
import type { JSX, ReactNode } from 'react';
import { Moment } from '../page/moment.tsx';
import { duration } from '../time.ts';

export function RunFacts({ run }: { readonly run: RunView }): JSX.Element {
  return (
    <dl className="facts">
      <Fact name="Run">
        <code>{run.id}</code>
      </Fact>
      <Fact name="Asked for by">{run.requester}</Fact>
      <Fact name="Environment">{run.environment}</Fact>
      <Fact name="Playbook">{run.playbook ?? 'none yet'}</Fact>
      <Fact name="Begun">
        <Moment utc={run.createdAt} />
      </Fact>
      {run.endedAt !== null && <Fact name="Took">{duration(Date.parse(run.endedAt) - Date.parse(run.createdAt))}</Fact>}
      {run.heals > 0 && <Fact name="Healed">{run.heals} ×</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
