import type { EventBody } from '@duovir/protocol';
import { formatDuration } from './duration.ts';
import { line, marks, span, type Line } from './line.ts';
import { formatMoney, formatTokens } from './money.ts';

/** What a call may cost at most, and how much of what was to be said is hidden behind placeholders. */
export function narrateQuestion(body: EventBody<'model-start'>): Line[] {
  const { principal, model, reserved, redactions } = body;
  const hidden =
    redactions === 0 ? 'nothing hidden' : redactions === 1 ? '1 value hidden' : `${redactions} values hidden`;
  return [
    line(
      1,
      marks.ask,
      span(principal, 'strong'),
      span(`asks ${model}`),
      span(`at most ${formatMoney(reserved.microUsd)}, ${hidden}`, 'quiet'),
    ),
  ];
}

export function narrateRetry(body: EventBody<'model-retry'>): Line[] {
  return [
    {
      ...line(1, marks.warn, span(body.principal, 'strong'), span(`asks again, try ${body.try}`, 'warn')),
      body: { ...span(body.reason, 'quiet'), lines: 2 },
    },
  ];
}

export function narrateAnswer(body: EventBody<'model-end'>): Line[] {
  const { principal, outcome, explanation, tokens, microUsd, milliseconds } = body;
  const spent = `${formatTokens(tokens)}, ${formatMoney(microUsd)}, ${formatDuration(milliseconds)}`;
  if (outcome === 'answered')
    return [line(1, marks.good, span(principal, 'strong'), span('has its answer'), span(spent, 'quiet'))];
  const cost = tokens === 0 && microUsd === 0 ? [] : [span(spent, 'quiet')];
  return [
    {
      ...line(1, marks.bad, span(principal, 'strong'), span(endings[outcome], 'bad'), ...cost),
      body: { ...span(explanation), lines: 3 },
    },
  ];
}

const endings = {
  failed: 'gets no answer',
  aborted: 'is stopped while it asks',
  refused: 'may not ask',
} as const satisfies Record<Exclude<EventBody<'model-end'>['outcome'], 'answered'>, string>;

export function narrateBudget({ level, percent, spent, cap }: EventBody<'budget-alert'>): Line[] {
  const style = percent >= 100 ? 'bad' : 'warn';
  return [
    line(
      1,
      marks.warn,
      span(`${percent} % of the budget`, style),
      span(level),
      span(`${formatMoney(spent.microUsd)} of ${formatMoney(cap.microUsd)}`, 'quiet'),
      span(`${formatTokens(spent.tokens)} of ${formatTokens(cap.tokens)}`, 'quiet'),
    ),
  ];
}
