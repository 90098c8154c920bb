import type { RunEvent } from '@duovir/protocol';
import { duration } from '../time.ts';
import { money, tokenCount } from '../money.ts';
import type { EventText, Tone } from './event-text.ts';

type Start = Extract<RunEvent, { readonly type: 'model-start' }>['body'];
type End = Extract<RunEvent, { readonly type: 'model-end' }>['body'];

const tones = { answered: 'good', failed: 'bad', aborted: 'warn', refused: 'bad' } as const satisfies Record<
  string,
  Tone
>;

/** What is known before a model has said anything. */
export function questionText({ principal, model, reserved, redactions }: Start): EventText {
  const hidden = redactions === 1 ? '1 value is hidden from it' : `${redactions} values are hidden from it`;
  return {
    text: `${principal} asks ${model}`,
    tone: 'running',
    details: [`At most ${money(reserved.microUsd)}; ${redactions === 0 ? 'nothing had to be hidden from it' : hidden}`],
  };
}

/** `writing, 412 tokens` */
export function writingNote(tokens: number): string {
  return `writing, ${tokenCount(tokens)}`;
}

export function answerEnding({ outcome, explanation, tokens, microUsd, milliseconds }: End): {
  readonly tone: Tone;
  readonly note: string;
} {
  const spent = `${tokenCount(tokens)}, ${money(microUsd)}, ${duration(milliseconds)}`;
  return { tone: tones[outcome], note: outcome === 'answered' ? spent : `${outcome}: ${explanation} (${spent})` };
}

/** What people are asked, or told about money. */
export function modelText(event: RunEvent): EventText | undefined {
  switch (event.type) {
    case 'clarification-ask':
      return { text: `The planner asks: ${event.body.question}`, tone: 'warn' };
    case 'clarification-answer':
      return { text: `${event.body.person} answers: ${event.body.answer}`, tone: 'plain' };
    case 'budget-alert': {
      const { level, percent, spent, cap } = event.body;
      return {
        text: `${percent} % of the budget of ${level} is used`,
        tone: percent >= 100 ? 'bad' : 'warn',
        details: [
          `${money(spent.microUsd)} of ${money(cap.microUsd)}`,
          `${tokenCount(spent.tokens)} of ${tokenCount(cap.tokens)}`,
        ],
      };
    }
    default:
      return undefined;
  }
}
