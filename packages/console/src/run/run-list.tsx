import type { RunView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { useState, type JSX } from 'react';
import { Awaited } from '../page/awaited.tsx';
import { Command } from '../page/command.tsx';
import { useLoaded } from '../page/load.ts';
import { Moment } from '../page/moment.tsx';
import { addressOf } from '../route.ts';
import { RunState } from './run-state.tsx';
import { StartRun } from './start-run.tsx';

const STEP = 50;
const REFRESH_MS = 2_000;

/** Newest first. */
export function RunList({ client }: { readonly client: Client }): JSX.Element {
  const [most, setMost] = useState(STEP);
  const runs = useLoaded(
    String(most),
    () => REFRESH_MS,
    () => newest(client, most),
  );
  return (
    <>
      <title>Runs · Duovir</title>
      <div className="title">
        <h1>Runs</h1>
        <StartRun client={client} />
      </div>
      <Awaited of={runs}>{(found) => (found.length === 0 ? <NoRuns /> : <RunTable runs={found} />)}</Awaited>
      {runs.kind === 'loaded' && runs.value.length >= most && (
        <button type="button" onClick={() => setMost(most + STEP)}>
          Show older runs
        </button>
      )}
    </>
  );
}

function RunTable({ runs }: { readonly runs: readonly RunView[] }): JSX.Element {
  return (
    <table className="runs">
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">Goal</th>
          <th scope="col">Asked for by</th>
          <th scope="col">Begun</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.id}>
            <td>
              <RunState run={run} />
            </td>
            <td>
              <a href={addressOf({ kind: 'run', id: run.id })}>{run.goal}</a>
              <p className="quiet">
                {run.playbook ?? 'no plan'} in {run.environment}
                {run.heals > 0 && `, healed ${run.heals} ×`}
              </p>
            </td>
            <td>{run.requester}</td>
            <td>
              <Moment utc={run.createdAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NoRuns(): JSX.Element {
  return (
    <>
      <p>Nothing has been asked for yet. Start with this one, in the folder of the installation:</p>
      <Command text='npx duovir run start "Cluster Redis: three masters" --target sandbox --wait' />
    </>
  );
}

async function newest(client: Client, most: number): Promise<readonly RunView[]> {
  const found: RunView[] = [];
  for await (const run of client.runs()) {
    found.push(run);
    if (found.length === most) break;
  }
  return found;
}
