import type { BreakGlassView, GrantView } from '@duovir/protocol';
import { line, marks, span, type Line } from '../progress/line.ts';

const states = {
  opened: { mark: marks.wait, words: 'waits for another person to confirm it' },
  'in-force': { mark: marks.bad, words: 'the glass is broken' },
  ended: { mark: marks.skip, words: 'was ended' },
  over: { mark: marks.skip, words: 'is over' },
} as const;

/** What the trust policy allows, and each grant with whoever opened it. */
export function describeGlass({ rule, grants }: BreakGlassView): Line[] {
  const allowed = rule
    ? `${rule.people} people together, for at most ${rule.minutes} minutes, for ${rule.classes.join(', ')}`
    : 'nobody';
  return [
    ...grants.flatMap(describeGrant),
    line(0, span('The trust policy lets break the glass:', 'quiet'), span(allowed)),
  ];
}

function describeGrant({ grant, state, classes, until, reason, people, endedBy }: GrantView): Line[] {
  const { mark, words } = states[state];
  const style = state === 'in-force' ? 'bad' : 'plain';
  const said = state === 'ended' && endedBy !== null ? `${words} by ${endedBy}` : words;
  return [
    { ...line(0, mark, span(grant, 'strong'), span(said, style)), body: { ...span(reason), lines: 4 } },
    line(1, span(`${people.map(({ person }) => person).join(', ')} · ${classes.join(', ')} · until ${until}`, 'quiet')),
  ];
}
