import type { EventBody } from '@duovir/protocol';
import { plainLines } from '../terminal/text.ts';
import { formatDuration } from './duration.ts';
import { line, marks, span, type Line, type Span } from './line.ts';
import type { RunMemory } from './memory.ts';

const SHOWN_WHEN_GOOD = 1;
const SHOWN_WHEN_BAD = 6;

const causes: Record<EventBody<'step-end'>['cause'], string> = {
  exit: 'ended with an error',
  timeout: 'took too long',
  'out-of-memory': 'ran out of memory',
  'output-cap': 'wrote too much',
  cancelled: 'was stopped',
  infrastructure: 'could not be carried out',
  'not-ready': 'did not get ready',
  'sandbox-lost': 'lost its sandbox',
};

export function narrateStepEnd(body: EventBody<'step-end'>, memory: RunMemory): Line[] {
  const title = memory.titles.get(body.step) ?? body.step;
  const isGood = body.outcome === 'succeeded';
  const attempt = body.attempt > 1 ? [span(`attempt ${body.attempt}`, 'quiet')] : [];
  const undone = body.purpose === 'compensate' ? [span(isGood ? 'undone' : 'not undone', isGood ? 'warn' : 'bad')] : [];
  const mark = isGood ? (body.purpose === 'compensate' ? marks.undo : marks.good) : marks.bad;
  const exit = body.exit === null ? '' : `, exit ${body.exit}`;
  const failure = isGood ? [] : [span(`${causes[body.cause]}${exit}`, 'bad')];
  return [
    line(1, mark, ...undone, span(title), ...failure, ...attempt, span(formatDuration(body.milliseconds), 'quiet')),
    ...lastLines(body, memory, isGood),
  ];
}

function lastLines(body: EventBody<'step-end'>, memory: RunMemory, isGood: boolean): Line[] {
  const said = isGood || body.stderr === '' ? memory.log : plainLines(body.stderr);
  return said
    .slice(isGood ? -SHOWN_WHEN_GOOD : -SHOWN_WHEN_BAD)
    .map((text) => (isGood ? quote(text, 'quiet') : quote(text, 'plain', 2)));
}

/** What somebody else has said, marked as such on each of its lines. */
export function quote(text: string, style: Span['style'], lines = 1): Line {
  return { ...line(2), body: { ...span(text, style), lines, bar: '│ ' } };
}

export function narrateAttestation(body: EventBody<'attestation-make'>): Line[] {
  switch (body.about) {
    case 'reading':
      // What is so before anybody plans is neither good nor bad.
      return [
        line(1, span('The attestor has looked for the planner')),
        ...body.probes.map(({ id, summary }) => quote(`${id}: ${summary}`, 'quiet')),
      ];
    case 'control':
      // The probe must be able to fail, else its later success would prove nothing.
      return body.outcome === 'failed'
        ? [line(1, marks.good, span('The goal is not there yet'), span('its probes fail, as they must', 'quiet'))]
        : [
            line(1, marks.bad, span(`The goal probes ${body.outcome} before anything was done`, 'bad')),
            ...probes(body),
          ];
    case 'baseline':
      return [];
    case 'confirmation':
    case 'target':
    case 'finding':
      return [];
    case 'restored':
      return body.outcome === 'succeeded'
        ? [line(1, marks.good, span('The environment is as before'), span('attested', 'quiet'))]
        : [
            line(1, marks.bad, span('The environment is not as before', 'bad')),
            ...body.differences.map((text) => quote(text, 'plain')),
          ];
    case 'goal':
      return [line(1, marks.stage, span('Goal, seen by the attestor', 'strong')), ...probes(body)];
    case 'step':
      return body.outcome === 'succeeded' ? narrateQuietly(body) : probes(body);
  }
}

function narrateQuietly(body: EventBody<'attestation-make'>): Line[] {
  return body.probes.length === 0
    ? []
    : [line(2, span('attested', 'quiet'), span(body.probes.map(({ id }) => id).join(', '), 'quiet'))];
}

const probeMarks: Record<EventBody<'attestation-make'>['outcome'], Span> = {
  succeeded: marks.good,
  failed: marks.bad,
  unknown: marks.warn,
};

function probes(body: EventBody<'attestation-make'>): Line[] {
  return body.probes.map(({ id, outcome, summary }) => ({
    ...line(2, probeMarks[outcome], span(id), ...(outcome === 'unknown' ? [span('unknown', 'warn')] : [])),
    body: { ...span(summary, 'quiet'), lines: 2 },
  }));
}
