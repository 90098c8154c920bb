import type { RunEvent } from '@duovir/protocol';
import type { EventText } from './event-text.ts';

type Attestation = Extract<RunEvent, { readonly type: 'attestation-make' }>['body'];

/** What the attestor saw. Undefined where another event tells it: the baseline, and what confirms a diagnosis. */
export function attestationText(body: Attestation): EventText | undefined {
  const { about, outcome } = body;
  const seen = [...body.probes.map(({ id, summary }) => `${id}: ${summary}`), ...body.differences];
  switch (about) {
    case 'baseline':
    case 'confirmation':
      return undefined;
    case 'reading':
      return { text: 'The attestor has looked for the planner', tone: 'quiet', details: seen };
    case 'control':
      // A probe that could not fail would prove nothing by succeeding later.
      return outcome === 'failed'
        ? { text: 'The goal is not there yet: its probes fail, as they must', tone: 'quiet', details: seen }
        : { text: `The goal's probes ${ended(outcome)} before anything was done`, tone: 'bad', details: seen };
    case 'goal':
      return outcome === 'succeeded'
        ? { text: 'The attestor saw the goal reached', tone: 'good', details: seen }
        : { text: `The attestor looked for the goal: ${outcome}`, tone: 'bad', details: seen };
    case 'restored':
      return outcome === 'succeeded'
        ? { text: 'The attestor saw the environment as it was before', tone: 'good', details: seen }
        : { text: `The environment is not seen to be as before: ${outcome}`, tone: 'bad', details: seen };
    case 'step':
      return {
        text: `The attestor looked at ${body.step ?? 'a step'}: ${outcome}`,
        tone: outcome === 'succeeded' ? 'good' : 'bad',
        details: seen,
      };
  }
}

function ended(outcome: Attestation['outcome']): string {
  return outcome === 'unknown' ? 'were unclear' : outcome;
}
