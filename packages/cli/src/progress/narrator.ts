import type { EventBody, Outcome, RunEvent, Stage } from '@duovir/protocol';
import { blank, line, marks, span, type Line } from './line.ts';
import { RunMemory } from './memory.ts';
import {
  narrateBrokenGlass,
  narrateFindingCheck,
  narrateGlass,
  narrateRebuttal,
  narrateReopening,
  narrateStop,
} from './narrate-debate.ts';
import { narrateConfirmation, narrateDiagnosis, narratePatch } from './narrate-heal.ts';
import { narrateAnswer, narrateBudget, narrateQuestion, narrateRetry } from './narrate-model.ts';
import { narrateApproval, narrateClarification, narrateClarificationAnswer, narrateWait } from './narrate-people.ts';
import { narrateChecks, narrateMotion, narrateOpinion, narrateVerdict } from './narrate-review.ts';
import { narrateAttestation, narrateStepEnd, quote } from './narrate-step.ts';

const stageTitles: Record<Stage, string> = {
  request: 'Request',
  plan: 'Plan',
  review: 'Review',
  verdict: 'Verdict',
  execute: 'Execute',
  heal: 'Heal',
  undo: 'Undo',
  settle: 'Settle',
};

/** Turns the events of one run into what a person reads. Knows nothing of terminals. */
export class Narrator {
  readonly memory = new RunMemory();
  readonly #hint: string;
  #stage: Stage | undefined;
  #said: Stage | undefined;

  /** `hint` is what commands need behind them to find the same installation. */
  constructor(hint = '') {
    this.#hint = hint;
  }

  /** The lines that one event adds for good. */
  tell(event: RunEvent): Line[] {
    if (event.type === 'stage-start') {
      this.#stage = event.body.stage;
      this.#said = undefined;
    }
    const lines = this.#lines(event);
    this.memory.learn(event);
    // A stage without anything to say is not mentioned, and the request speaks for itself.
    const isTold = this.#stage === undefined || this.#stage === 'request' || this.#said === this.#stage;
    if (lines.length === 0 || isTold) return lines;
    this.#said = this.#stage ?? 'request';
    return [line(0, marks.stage, span(stageTitles[this.#said], 'strong')), ...lines];
  }

  #lines(event: RunEvent): Line[] {
    switch (event.type) {
      case 'run-start':
        return narrateStart(event);
      case 'plan-propose':
        return narratePlan(event.body);
      case 'plan-refuse':
        return narrateRefusal(event.body);
      case 'clarification-ask':
        return narrateClarification(event, this.#hint);
      case 'clarification-answer':
        return narrateClarificationAnswer(event.body);
      case 'model-start':
        return narrateQuestion(event.body);
      case 'model-retry':
        return narrateRetry(event.body);
      case 'model-end':
        return narrateAnswer(event.body);
      case 'budget-alert':
        return narrateBudget(event.body);
      case 'motion-freeze':
        return narrateMotion(event.body);
      case 'checks-end':
        return narrateChecks(event.body);
      case 'opinion-reveal':
        return narrateOpinion(event.body);
      case 'opinion-miss':
        return [
          line(
            1,
            marks.warn,
            span(event.body.reviewer, 'strong'),
            span(`does not answer: ${event.body.reason}`, 'warn'),
          ),
        ];
      case 'rebuttal-give':
        return narrateRebuttal(event.body);
      case 'finding-check':
        return narrateFindingCheck(event.body);
      case 'motion-reopen':
        return narrateReopening(event.body);
      case 'break-glass-use':
        return narrateBrokenGlass(event.body);
      case 'break-glass-open':
      case 'break-glass-end':
        return narrateGlass(event);
      case 'stop-wait':
        return narrateStop(event.body, this.#hint);
      case 'stop-end':
        return [line(1, marks.good, span('the stop is lifted'))];
      case 'verdict-reach':
        return narrateVerdict(event.body);
      case 'approval-wait':
        return narrateWait(event, this.memory, this.#hint);
      case 'approval-give':
        return narrateApproval(event.body);
      case 'permit-refuse':
        return narratePermitRefusal(event.body);
      case 'step-end':
        return narrateStepEnd(event.body, this.memory);
      case 'step-skip':
        return [
          line(
            1,
            marks.skip,
            span(this.memory.titles.get(event.body.step) ?? event.body.step),
            span(event.body.reason, 'quiet'),
          ),
        ];
      case 'attestation-make':
        return narrateAttestation(event.body);
      case 'sandbox-lose':
        return [
          line(
            1,
            marks.warn,
            span('The sandbox was lost and is built anew', 'warn'),
            span(`generation ${event.body.generation}`, 'quiet'),
          ),
        ];
      case 'diagnosis-make':
        return narrateDiagnosis(event.body);
      case 'diagnosis-confirm':
        return narrateConfirmation(event.body);
      case 'patch-propose':
        return narratePatch(event.body, this.memory);
      case 'undo-start':
        return narrateUndo(event.body);
      case 'cancel-request':
        return [line(1, marks.warn, span(event.body.person, 'strong'), span('asks to stop this run', 'warn'))];
      case 'run-end':
        return narrateEnd(event.body);
      case 'stage-start':
      case 'stage-end':
      case 'model-progress':
      case 'opinion-commit':
      case 'permit-mint':
      case 'step-start':
      case 'step-log':
        return [];
    }
  }
}

function narrateStart({ run, body }: Extract<RunEvent, { type: 'run-start' }>): Line[] {
  return [
    { ...line(0), body: { ...span(body.request.goal, 'strong'), lines: 4 } },
    line(0, span(run, 'quiet'), span(`· ${body.request.environment} · asked for by ${body.requester}`, 'quiet')),
    blank,
  ];
}

function narratePlan(body: EventBody<'plan-propose'>): Line[] {
  const width = String(body.steps.length).length;
  return [
    line(1, span(body.playbook), span(body.title, 'quiet')),
    { ...line(1), body: { ...span(body.explanation, 'quiet'), lines: 3 } },
    ...body.steps.map(({ title, action }, index) =>
      line(2, span(String(index + 1).padStart(width), 'quiet'), span(title), span(action, 'quiet')),
    ),
  ];
}

function narrateRefusal(body: EventBody<'plan-refuse'>): Line[] {
  return [
    { ...line(1, marks.bad, span('no plan', 'bad')), body: { ...span(body.explanation), lines: 4 } },
    ...(body.nearest.length === 0 ? [] : [line(1, span('The nearest playbooks:', 'quiet'))]),
    ...body.nearest.map(({ playbook, title }) => line(2, span(playbook, 'accent'), span(title, 'quiet'))),
  ];
}

function narratePermitRefusal(body: EventBody<'permit-refuse'>): Line[] {
  return [
    {
      ...line(1, marks.bad, span('the runner refuses', 'bad'), span(body.step), span(body.code, 'quiet')),
      body: { ...span(body.explanation), lines: 3 },
    },
  ];
}

function narrateUndo(body: EventBody<'undo-start'>): Line[] {
  const steps = body.steps.length === 0 ? 'nothing has to be undone' : `newest first: ${body.steps.join(', ')}`;
  return [
    { ...line(1, marks.undo, span('undo', 'warn')), body: { ...span(body.reason), lines: 2 } },
    quote(steps, 'quiet'),
  ];
}

export const outcomeMarks: Record<Outcome, (typeof marks)[keyof typeof marks]> = {
  succeeded: marks.good,
  undone: marks.undo,
  rejected: marks.bad,
  failed: marks.bad,
  cancelled: marks.warn,
};

function narrateEnd(body: EventBody<'run-end'>): Line[] {
  return [
    {
      ...line(1, outcomeMarks[body.outcome], span(body.outcome, outcomeMarks[body.outcome].style)),
      body: { ...span(body.explanation, 'quiet'), lines: 3 },
    },
  ];
}
