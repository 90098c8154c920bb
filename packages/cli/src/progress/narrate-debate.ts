import type { CheckedFinding, EventBody, Rebuttal, RunEvent } from '@duovir/protocol';
import { line, marks, span, type Line } from './line.ts';

const CLAIM_LINES = 2;

export const answerWords: Record<Rebuttal['kind'], string> = {
  fix: 'mends it',
  refute: 'refutes it',
  'ask-person': 'leaves it to a person',
};

export const checkWords: Record<CheckedFinding['outcome'], string> = {
  confirmed: 'tested: it is so',
  disproved: 'tested: it is not so',
  unknown: 'tested: it cannot be said',
};

/** The proposer has read what was found, without names, and answers. */
export function narrateRebuttal({ proposer, findings, answers }: EventBody<'rebuttal-give'>): Line[] {
  return [
    line(1, marks.stage, span(proposer, 'strong'), span('answers what was found')),
    ...findings.map(({ id, rule }): Line => {
      const answer = answers.find(({ finding }) => finding === id);
      const said = answer ? answerWords[answer.kind] : 'says nothing';
      return {
        ...line(2, span(id, 'quiet'), span(rule, 'quiet'), span(said, answer?.kind === 'refute' ? 'accent' : 'plain')),
        body: { ...span(answer?.claim ?? '', 'quiet'), lines: CLAIM_LINES },
      };
    }),
  ];
}

export function narrateFindingCheck({ check }: EventBody<'finding-check'>): Line[] {
  const style = check.outcome === 'confirmed' ? 'warn' : check.outcome === 'disproved' ? 'good' : 'quiet';
  return [
    {
      ...line(2, span(check.finding, 'quiet'), span(checkWords[check.outcome], style)),
      body: { ...span(check.summary, 'quiet'), lines: CLAIM_LINES },
    },
  ];
}

export function narrateReopening({ explanation }: EventBody<'motion-reopen'>): Line[] {
  return [
    {
      ...line(1, marks.warn, span('put to the vote anew', 'warn')),
      body: { ...span(explanation), lines: CLAIM_LINES },
    },
  ];
}

/** Everything stands still until somebody else lifts it. */
export function narrateStop({ person, reason }: EventBody<'stop-wait'>, hint: string): Line[] {
  return [
    {
      ...line(1, marks.wait, span('everything is stopped', 'bad'), span(`by ${person}`)),
      body: { ...span(reason), lines: CLAIM_LINES },
    },
    line(2, span('Another person lifts it:', 'quiet')),
    { ...line(3), body: { ...span(`duovir stop lift${hint}`, 'accent'), lines: 9 } },
  ];
}

export function narrateBrokenGlass({ people, until }: EventBody<'break-glass-use'>): Line[] {
  return [line(1, marks.warn, span('the glass is broken', 'bad'), span(`by ${people.join(' and ')}, until ${until}`))];
}

/** Loudly, in every run that is under way: what these people approve is not waited for by reviewers. */
export function narrateGlass(event: Extract<RunEvent, { type: 'break-glass-open' | 'break-glass-end' }>): Line[] {
  if (event.type === 'break-glass-end')
    return [line(1, marks.good, span('the glass is whole again'), span(`by ${event.body.person}`, 'quiet'))];
  const { people, needed, until, classes } = event.body;
  const left = needed - people.length;
  return [
    line(
      1,
      marks.warn,
      span(left > 0 ? 'the glass is about to be broken' : 'the glass is broken', 'bad'),
      span(`by ${people.join(' and ')} for ${classes.join(', ')}, until ${until}`),
      ...(left > 0 ? [span(`${left} more must confirm it`, 'warn')] : []),
    ),
  ];
}
