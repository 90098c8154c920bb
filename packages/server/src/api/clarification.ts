import { ServerError } from '../error.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import { runParameters } from './parameters.ts';
import type { Api } from './ports.ts';

export function clarificationEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'post',
      path: '/v1/runs/{run}/clarification',
      operation: 'answerQuestion',
      summary: "Answer the planner's question. The first answer counts; the plan still has to pass its review.",
      access: { action: 'request', resource: 'run' },
      parameters: runParameters,
      body: 'ClarificationRequest',
      answer: 'Run',
      status: 202,
      handle: async ({ parameters: { run }, body: { answer }, person }) => {
        const { state } = await api.runs.view(run);
        if (state.kind === 'settled') throw new ServerError('run-settled', `${run} has already ended.`);
        const known = await api.clarifications.of(run);
        if (!known && state.kind !== 'asking') throw new ServerError('question-closed', `${run} waits for no answer.`);
        const first = known ?? (await api.clarifications.give(run, { person, answer }));
        if (first.person !== person || first.answer !== answer)
          throw new ServerError('question-closed', `${first.person} has answered already.`);
        // Also when it is sent again: a first try may have died before this.
        await api.wakeAsking(run);
        return api.runs.view(run);
      },
    }),
  ];
}
