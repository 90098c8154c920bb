import { whyValueText, type WhyAnswer, type WhyChange, type WhyLink } from '@duovir/protocol';
import { line, marks, span, type Line } from '../progress/line.ts';
import type { Style } from '../terminal/terminal.ts';
import type { CheckedAnswer } from './check-answer.ts';

const markStyles: Readonly<Record<NonNullable<WhyLink['mark']>, Style>> = {
  dissent: 'bad',
  changed: 'warn',
  rejected: 'bad',
  undone: 'warn',
};

/** The value, what it was before, and the chain that led to it, newest first, each link with what its proof says. */
export function describeAnswer(answer: WhyAnswer, checked: CheckedAnswer | undefined): Line[] {
  const before = answer.before.map(whyValueText).join(', ');
  const kindWidth = Math.max(...answer.chain.map(({ kind }) => kind.length), 0);
  return [
    { ...line(0), body: { ...span(`Why is ${placeOf(answer)} = ${whyValueText(answer.value)}`, 'strong'), lines: 4 } },
    ...(before === '' ? [] : [{ ...line(0), body: { ...span(`before: ${before}`, 'quiet'), lines: 2 } }]),
    { ...line(0), body: { ...span(factsOf(answer), 'quiet'), lines: 4 } },
    ...(answer.undone === null ? [] : [line(0, marks.undo, span(`It was undone: entry #${answer.undone}.`, 'warn'))]),
    ...answer.chain.map((link, place) => describeLink(link, place, kindWidth, checked)),
    ...(checked ? describeChecked(checked, answer.chain.length) : []),
  ];
}

export function placeOf({ resource, path }: Pick<WhyChange, 'resource' | 'path'>): string {
  return path === '' ? resource : `${resource} ${path}`;
}

function factsOf({ run, step, requester, policy, cost, people }: WhyAnswer): string {
  return [
    run,
    `step ${step}`,
    requester === null ? [] : `asked for by ${requester}`,
    people.map(({ person, verdict }) => `${verdict === 'approve' ? 'approved' : 'refused'} by ${person}`),
    policy === null ? [] : `trust policy ${policy.version ?? policy.digest.slice(0, 19)}`,
    cost === null ? [] : `${cost.tokens} tokens, $${(cost.microUsd / 1_000_000).toFixed(4)}`,
  ]
    .flat()
    .join(' · ');
}

function describeLink(link: WhyLink, place: number, width: number, checked: CheckedAnswer | undefined): Line {
  const entry = link.entry === null ? '' : ` #${link.entry}`;
  const problem = checked?.problems.find((one) => one.link === place);
  const proof = checked === undefined ? [] : [problem ? marks.bad : marks.good];
  const mark = link.mark === null ? [] : [span(link.mark, markStyles[link.mark])];
  const text = problem ? `${link.text} (${problem.reason})` : link.text;
  return {
    ...line(1, ...proof, span(link.kind.padEnd(width), 'accent'), span(`${link.principal}${entry}`, 'quiet'), ...mark),
    body: { ...span(text), lines: 4 },
  };
}

function describeChecked({ ok, verified, problems }: CheckedAnswer, links: number): Line[] {
  const value = problems.find(({ link }) => link < 0);
  const said = ok ? 'Verified against the key of the officer' : 'This answer does not hold';
  const proven = `${verified} of ${links} links are proven entries`;
  const stands = value ? value.reason : 'the value stands in the plan they name';
  const text = `${proven}; ${stands}`;
  return [
    {
      ...line(0, ok ? marks.good : marks.bad, span(said, ok ? 'good' : 'bad')),
      body: { ...span(text, 'quiet'), lines: 3 },
    },
  ];
}

/** One line for each value that was changed. */
export function describeChange(change: WhyChange): Line {
  const { value, run, step, entry, time, undone } = change;
  return {
    ...line(
      0,
      span(`#${entry}`, 'quiet'),
      span(time.slice(0, 19).replace('T', ' '), 'quiet'),
      span(placeOf(change), 'accent'),
    ),
    body: { ...span(`= ${whyValueText(value)}  ${run} ${step}${undone === null ? '' : ', undone'}`), lines: 2 },
  };
}
