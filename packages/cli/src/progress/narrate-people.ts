import type { EventBody, RunEvent } from '@duovir/protocol';
import { line, marks, span, type Line } from './line.ts';
import { shortDigest } from './narrate-review.ts';
import type { RunMemory } from './memory.ts';

/** Never cut: half a command is of no use. */
const command = (text: string): Line => ({ ...line(3), body: { ...span(text, 'accent'), lines: 9 } });

/** Who may do what, each with the command that does it. */
export function narrateWait(
  { body, run }: Extract<RunEvent, { type: 'approval-wait' }>,
  memory: RunMemory,
  hint: string,
): Line[] {
  const motion = shortDigest(body.motion);
  const needed = body.needed === 1 ? 'one approval' : `${body.needed} approvals`;
  const may = body.people.flatMap((person) => [
    line(2, span(person, 'strong'), span('may approve or reject it:')),
    command(`duovir approval approve ${motion} --as ${person}${hint}`),
    command(`duovir approval reject ${motion} --as ${person}${hint}`),
  ]);
  const nobody = [line(2, span('Nobody may: every person who could is the requester', 'bad'))];
  const excluded = body.people.includes(memory.requester)
    ? []
    : [line(2, span(memory.requester, 'strong'), span('asked for it, so may not approve it, but may stop it:'))];
  return [
    {
      ...line(1, marks.wait, span(`waits for ${needed}`, 'warn'), span(body.riskClass)),
      body: { ...span(`${body.reason} (until ${body.until})`, 'quiet'), lines: 3 },
    },
    ...(body.people.length === 0 ? nobody : may),
    ...excluded,
    command(`duovir run cancel ${run}${hint}`),
  ];
}

export function narrateApproval({ person, verdict }: EventBody<'approval-give'>): Line[] {
  const isGood = verdict === 'approve';
  return [line(1, isGood ? marks.good : marks.bad, span(person, 'strong'), span(isGood ? 'approves' : 'rejects'))];
}

/** The planner's one question. Who may answer it needs no key: the answer changes what is planned, not what is allowed. */
export function narrateClarification(
  { body, run }: Extract<RunEvent, { type: 'clarification-ask' }>,
  hint: string,
): Line[] {
  return [
    {
      ...line(1, marks.wait, span('the planner asks', 'warn')),
      body: { ...span(body.question, 'strong'), lines: 6 },
    },
    line(2, span('Anybody may answer:', 'quiet')),
    command(`duovir run answer ${run} "…"${hint}`),
  ];
}

export function narrateClarificationAnswer({ person, answer }: EventBody<'clarification-answer'>): Line[] {
  return [{ ...line(1, marks.good, span(person, 'strong'), span('answers')), body: { ...span(answer), lines: 6 } }];
}
