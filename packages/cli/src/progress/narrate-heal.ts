import type { EventBody } from '@duovir/protocol';
import { line, marks, span, type Line } from './line.ts';
import { quote } from './narrate-step.ts';
import type { RunMemory } from './memory.ts';

const SHOWN_EVIDENCE = 3;

const decisions: Record<EventBody<'diagnosis-make'>['diagnosis']['decision'], string> = {
  retry: 'try again',
  patch: 'can be patched',
  undo: 'has to be undone',
  'ask-person': 'a person has to decide',
};

export function narrateDiagnosis({ diagnosis }: EventBody<'diagnosis-make'>): Line[] {
  const signature =
    diagnosis.signature === null ? span('no known signature', 'warn') : span(diagnosis.signature, 'quiet');
  return [
    line(
      1,
      marks.warn,
      span('diagnosis', 'quiet'),
      span(diagnosis.title, 'strong'),
      span(decisions[diagnosis.decision]),
      signature,
    ),
    { ...line(2), body: { ...span(diagnosis.explanation, 'quiet'), lines: 3 } },
    ...diagnosis.evidence.slice(0, SHOWN_EVIDENCE).map((text) => quote(text, 'quiet')),
  ];
}

export function narrateConfirmation({ outcome, summary, listeners }: EventBody<'diagnosis-confirm'>): Line[] {
  const mark = outcome === 'succeeded' ? marks.good : marks.bad;
  const said =
    outcome === 'succeeded' ? 'confirmed' : outcome === 'failed' ? 'not confirmed' : 'unknown, so not confirmed';
  const holders = listeners.map(
    ({ address, port, pid, argv }) => `${address}:${port} ${pid === null ? '' : `pid ${pid} `}${argv}`,
  );
  return [
    { ...line(1, mark, span(said, mark.style)), body: { ...span(summary, 'quiet'), lines: 2 } },
    ...holders.slice(0, SHOWN_EVIDENCE).map((text) => quote(text, 'quiet')),
  ];
}

export function narratePatch(body: EventBody<'patch-propose'>, memory: RunMemory): Line[] {
  const changes = body.patch.map(({ path, value }) => `${path.split('/').at(-1) ?? path} = ${JSON.stringify(value)}`);
  memory.heals.push({
    step: body.step,
    title: memory.titles.get(body.step) ?? body.step,
    changes,
    values: body.patch.map(({ value }) => value),
  });
  const redo = body.redo.length === 0 ? [] : [line(2, span('again', 'quiet'), span(body.redo.join(', '), 'quiet'))];
  return [
    {
      ...line(1, marks.stage, span('patch', 'quiet'), span(changes.join(', '), 'strong')),
      body: { ...span(body.explanation, 'quiet'), lines: 3 },
    },
    ...redo,
  ];
}
