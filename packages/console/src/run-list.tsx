import type { RunView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { Failure } from './failure.tsx';
import { useLoaded } from './load.ts';
import { RunState } from './run-state.tsx';
import { localTime } from './time.ts';

const NEWEST = 50;
const REFRESH_MS = 2_000;

export function RunList({ client }: { readonly client: Client }): JSX.Element {
  const runs = useLoaded('runs', REFRESH_MS, () => newest(client));
  if (runs.kind === 'loading') return <p className="quiet">Loading …</p>;
  if (runs.kind === 'failed') return <Failure {...runs} />;
  if (runs.value.length === 0)
    return (
      <section className="empty">
        <h1>No runs yet</h1>
        <p>Start one:</p>
        <pre>
          npx duovir run start "Cluster PostgreSQL: one primary and two streaming replicas" --target sandbox --wait
        </pre>
      </section>
    );
  return (
    <section>
      <h1>Runs</h1>
      <table>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Goal</th>
            <th scope="col">Asked for by</th>
            <th scope="col">Begun</th>
          </tr>
        </thead>
        <tbody>
          {runs.value.map((run) => (
            <tr key={run.id}>
              <td>
                <RunState run={run} />
              </td>
              <td>
                <a href={`#/runs/${run.id}`}>{run.goal}</a>
                {run.heals > 0 && <span className="quiet"> · healed {run.heals} ×</span>}
              </td>
              <td>{run.requester}</td>
              <td>
                <time dateTime={run.createdAt}>{localTime(run.createdAt)}</time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

async function newest(client: Client): Promise<readonly RunView[]> {
  const found: RunView[] = [];
  for await (const run of client.runs()) {
    found.push(run);
    if (found.length === NEWEST) break;
  }
  return found;
}
