import type { RunEvent } from '@duovir/protocol';
import { duration } from '../time.ts';
import { attestationText } from './attestation-text.ts';
import { debateText } from './debate-text.ts';
import { healText } from './heal-text.ts';
import { modelText } from './model-text.ts';
import { reviewText } from './review-text.ts';

export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'quiet' | 'running';

export interface EventText {
  readonly text: string;
  readonly tone: Tone;
  readonly details?: readonly string[];
}

/**
 * What an event says to a person; undefined for those that only machines count, and for those of a step or
 * of a call to a model, which are told together (`StoryBook`).
 */
export function eventText(event: RunEvent): EventText | undefined {
  switch (event.type) {
    case 'run-start':
      return {
        text: `${event.body.requester} asks: ${event.body.request.goal}`,
        tone: 'plain',
        details: circumstances(event.body.request),
      };
    case 'plan-propose':
      return {
        text: `Plan ${event.body.revision}: ${event.body.title}`,
        tone: 'plain',
        details: [
          event.body.explanation,
          ...event.body.steps.map(({ title }, position) => `${position + 1}. ${title}`),
        ],
      };
    case 'plan-refuse':
      return {
        text: event.body.explanation,
        tone: 'bad',
        details: event.body.nearest.map(({ playbook, title }) => `Nearest: ${title} (${playbook})`),
      };
    case 'permit-refuse':
      return { text: `The runner refused ${event.body.step}: ${event.body.explanation}`, tone: 'bad' };
    case 'step-skip':
      return { text: `${event.body.step} is skipped: ${event.body.reason}`, tone: 'quiet' };
    case 'attestation-make':
      return attestationText(event.body);
    case 'sandbox-lose':
      return { text: 'The sandbox was lost; the work begins anew in a new one', tone: 'warn' };
    case 'undo-start':
      return { text: `Undo: ${event.body.reason}`, tone: 'warn', details: event.body.steps };
    case 'cancel-request':
      return { text: `${event.body.person} stops the run`, tone: 'warn' };
    case 'run-end':
      return {
        text: `${event.body.outcome} after ${duration(event.body.milliseconds)}. ${event.body.explanation}`,
        tone: event.body.outcome === 'succeeded' ? 'good' : event.body.outcome === 'failed' ? 'bad' : 'warn',
      };
    default:
      return reviewText(event) ?? debateText(event) ?? healText(event) ?? modelText(event);
  }
}

type Request = Extract<RunEvent, { readonly type: 'run-start' }>['body']['request'];

/** What of the request is not as usual. */
function circumstances({ environment, inputs, occupiedPorts }: Request): string[] {
  return [
    ...(environment === 'development' ? [] : [`Environment: ${environment}`]),
    ...Object.entries(inputs).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
    ...(occupiedPorts.length === 0 ? [] : [`Rehearsal: somebody else already holds port ${occupiedPorts.join(', ')}`]),
  ];
}
