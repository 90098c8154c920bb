import { mapTexts, sinkInCall, sinkInProbe } from '@duovir/policy';
import {
  resemblancesIn,
  sinksOf,
  type ActionCall,
  type Compensation,
  type ExecutionSubject,
  type Probe,
  type Sink,
} from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import type { OpenedValue } from './open-restorations.ts';
import { mannerOf, valueAt } from './value-place.ts';
import { hasShape } from './value-shape.ts';

/**
 * The subject as it will be executed: each value in its place, argument by argument, and nothing else changed. What
 * cannot be undone in the same way is not begun, so the compensation is restored as well.
 */
export function restoreSubject(subject: ExecutionSubject, values: readonly OpenedValue[]): ExecutionSubject {
  return {
    ...subject,
    call: restoreCall(subject.call, values),
    verify: subject.verify.map((probe) => restoreProbe(probe, values)),
    compensate: restoreCompensation(subject.compensate, values),
  };
}

function restoreCall(call: ActionCall, values: readonly OpenedValue[]): ActionCall {
  return mapTexts(call, (text, path) => restoreText(text, sinkInCall(call, path), values));
}

function restoreCompensation(compensate: Compensation, values: readonly OpenedValue[]): Compensation {
  return compensate.kind === 'none' ? compensate : { ...compensate, call: restoreCall(compensate.call, values) };
}

export function restoreProbe(probe: Probe, values: readonly OpenedValue[]): Probe {
  return mapTexts(probe, (text, path) => restoreText(text, sinkInProbe(path), values));
}

function restoreText(text: string, sink: Sink | undefined, values: readonly OpenedValue[]): string {
  const occurrences = resemblancesIn(text);
  if (occurrences.length === 0) return text;
  const manner = mannerOf(text);
  let restored = '';
  let from = 0;
  for (const { start, end, kind } of occurrences) {
    const written = text.slice(start, end);
    const opened = values.find(({ placeholder }) => placeholder === written);
    if (opened?.kind !== kind || sink === undefined || !sinksOf[kind].includes(sink))
      throw new RunnerError('placeholder-misplaced', `${written} stands where no value of it may be put in.`);
    const value = hasShape(kind, opened.value) ? valueAt({ text, start, end, manner }, opened.value, kind) : undefined;
    if (value === undefined)
      throw new RunnerError('value-unfit', `The value of ${written} would not stay in its place in a ${sink}.`);
    restored += text.slice(from, start) + value;
    from = end;
  }
  return restored + text.slice(from);
}
