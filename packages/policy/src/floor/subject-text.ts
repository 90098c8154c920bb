import type { ActionCall, ExecutionSubject, Probe } from '@duovir/protocol';
import { pointer } from '../finding/pointer.ts';

/** Where the parts of a subject lie, so that a finding points into the document its reader has. */
export interface SubjectPlace {
  readonly step: string;
  readonly call: readonly (string | number)[];
  readonly verify: readonly (string | number)[];
}

export function placeInSubject(subject: ExecutionSubject): SubjectPlace {
  return { step: subject.step, call: ['call'], verify: ['verify'] };
}

export function placeInPlan(index: number, subject: ExecutionSubject): SubjectPlace {
  return {
    step: subject.step,
    call: subject.purpose === 'apply' ? ['steps', index, 'call'] : ['steps', index, 'compensate', 'call'],
    verify: ['steps', index, 'verify'],
  };
}

/** One argument vector somewhere in a subject: of the action itself or of a probe. */
export interface Invocation {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: string | undefined;
  readonly probe: boolean;
  readonly pointer: string;
}

export function invocationsOf(call: ActionCall, verify: readonly Probe[], place: SubjectPlace): Invocation[] {
  const invocations: Invocation[] = [];
  if (call.action === 'command.run@1' || call.action === 'service.start@1')
    invocations.push({
      argv: call.with.argv,
      environment: call.with.environment,
      stdin: call.action === 'command.run@1' ? call.with.stdin : undefined,
      probe: false,
      pointer: pointer(...place.call, 'with'),
    });
  for (const [index, probe] of verify.entries()) {
    const invocation = probeInvocation(probe, pointer(...place.verify, index, 'with'));
    if (invocation) invocations.push(invocation);
  }
  return invocations;
}

export function probeInvocation(probe: Probe, at: string): Invocation | undefined {
  if (probe.action !== 'command.probe@1') return undefined;
  return { argv: probe.with.argv, environment: probe.with.environment, stdin: undefined, probe: true, pointer: at };
}

/** A text of the plan together with where it stands. */
export interface PlacedText {
  readonly text: string;
  readonly pointer: string;
}

/** Every text that reaches a program or a file: what secrets could hide in. */
export function textsOf(call: ActionCall, invocations: readonly Invocation[], place: SubjectPlace): PlacedText[] {
  const texts: PlacedText[] = [];
  if (call.action === 'file.write@1')
    texts.push({ text: call.with.content, pointer: pointer(...place.call, 'with', 'content') });
  if (call.action === 'shell.exec@1')
    texts.push({ text: call.with.script, pointer: pointer(...place.call, 'with', 'script') });
  for (const invocation of invocations) {
    for (const [index, word] of invocation.argv.entries())
      texts.push({ text: word, pointer: `${invocation.pointer}/argv/${index}` });
    texts.push({ text: invocation.argv.join(' '), pointer: `${invocation.pointer}/argv` });
    for (const [name, value] of Object.entries(invocation.environment))
      texts.push({ text: `${name}=${value}`, pointer: `${invocation.pointer}/environment/${name}` });
    if (invocation.stdin !== undefined) texts.push({ text: invocation.stdin, pointer: `${invocation.pointer}/stdin` });
  }
  return texts;
}
