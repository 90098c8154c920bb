import type { RunEvent } from '@duovir/protocol';
import type { EventText, Tone } from './event-text.ts';

const answerVerbs = { fix: 'mends', refute: 'refutes', 'ask-person': 'leaves to a person' } as const;
const outcomeTones = { confirmed: 'bad', disproved: 'good', unknown: 'warn' } as const satisfies Record<string, Tone>;

/** What is argued between the votes, and why a motion is put to the vote once more. */
export function debateText(event: RunEvent): EventText | undefined {
  switch (event.type) {
    case 'opinion-miss':
      return { text: `${event.body.reviewer} has no opinion: ${event.body.reason}`, tone: 'warn' };
    case 'rebuttal-give': {
      const { proposer, findings, answers } = event.body;
      return {
        text: `${proposer} answers to ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`,
        tone: 'plain',
        details: answers.map(({ finding, kind, claim }) => {
          const about = findings.find(({ id }) => id === finding);
          return `${answerVerbs[kind]} ${about ? `“${about.claim}”` : finding}: ${claim}`;
        }),
      };
    }
    case 'finding-check': {
      const { finding, outcome, summary } = event.body.check;
      return { text: `Finding ${finding} is ${outcome}: ${summary}`, tone: outcomeTones[outcome] };
    }
    case 'motion-reopen':
      return { text: `It is put to the vote again: ${event.body.explanation}`, tone: 'warn' };
    case 'break-glass-open': {
      const { people, needed, classes } = event.body;
      const state =
        people.length < needed ? `begin to break the glass, ${people.length} of ${needed}` : 'break the glass';
      return { text: `${people.join(' and ')} ${state} for ${classes.join(', ')}`, tone: 'bad' };
    }
    case 'break-glass-end':
      return { text: `${event.body.person} ends the broken glass`, tone: 'warn' };
    case 'break-glass-use':
      return { text: `${event.body.people.join(' and ')} have broken the glass`, tone: 'bad' };
    case 'stop-wait':
      return { text: `${event.body.person} has stopped everything: ${event.body.reason}`, tone: 'bad' };
    case 'stop-end':
      return { text: 'The stop is lifted; the run goes on', tone: 'good' };
    default:
      return undefined;
  }
}
