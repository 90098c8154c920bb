import type { RunView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { quorumText } from '../approval/quorum-text.ts';
import { Awaited } from '../page/awaited.tsx';
import { Failure } from '../page/failure.tsx';
import { useLoaded } from '../page/load.ts';
import { addressOf } from '../route.ts';
import { AnswerQuestion } from './answer-question.tsx';
import { ChapterView } from './chapter-view.tsx';
import { ExactPlan } from './exact-plan.tsx';
import { RunFacts } from './run-facts.tsx';
import { RunMotions } from './run-motions.tsx';
import { RunModels } from './run-models.tsx';
import { RunSettings } from './run-settings.tsx';
import { RunState } from './run-state.tsx';
import { useRunStory } from './run-story.ts';
import { StopRun } from './stop-run.tsx';

const REFRESH_MS = 2_000;

const untilSettled = (run: RunView): number | undefined => (run.state.kind === 'settled' ? undefined : REFRESH_MS);

export function RunPage({ client, id }: { readonly client: Client; readonly id: string }): JSX.Element {
  const { chapters, failure } = useRunStory(client, id);
  // A new chapter is when the state has changed.
  const run = useLoaded(String(chapters.length), untilSettled, () => client.run(id));
  return (
    <>
      <title>{run.kind === 'loaded' ? `${run.value.goal} · Duovir` : 'Run · Duovir'}</title>
      <Awaited of={run}>
        {(view) => (
          <>
            <Head client={client} run={view} />
            {failure && <Failure {...failure} />}
            <h2 className="hidden">What happened</h2>
            {chapters.map((chapter, at) => (
              <ChapterView key={chapter.seq} chapter={chapter} isLast={at === chapters.length - 1} />
            ))}
            <RunMotions client={client} run={id} chapters={chapters.length} />
            <RunModels client={client} run={id} isOver={view.state.kind === 'settled'} chapters={chapters.length} />
            {view.playbook !== null && <ExactPlan client={client} run={id} />}
          </>
        )}
      </Awaited>
    </>
  );
}

function Head({ client, run }: { readonly client: Client; readonly run: RunView }): JSX.Element {
  const { state } = run;
  return (
    <>
      <div className="title">
        <h1>{run.goal}</h1>
        {/* The one thing that is read aloud as it changes; the story itself would be a flood. */}
        <p role="status">
          <RunState run={run} />
        </p>
        {state.kind !== 'settled' && <StopRun client={client} run={run.id} />}
      </div>
      <RunFacts run={run} />
      {state.kind === 'waiting' && (
        <p className="box warn">
          {quorumText(state)} must decide. See the <a href={addressOf({ kind: 'approvals' })}>approvals</a>.
        </p>
      )}
      {state.kind === 'asking' && <AnswerQuestion client={client} run={run.id} question={state.question} />}
      {state.kind === 'settled' && (
        <p className={`box ${state.outcome === 'succeeded' ? 'good' : state.outcome === 'failed' ? 'bad' : 'warn'}`}>
          {state.explanation}
        </p>
      )}
      {state.kind === 'settled' && state.outcome === 'succeeded' && <RunSettings client={client} run={run.id} />}
    </>
  );
}
