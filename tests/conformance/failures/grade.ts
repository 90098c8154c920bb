import { bestMatch, type Signature } from '@duovir/agents';
import type { Case, ClassMap } from './case.ts';

export interface Grade {
  readonly case: Case;
  readonly signature: string | undefined;
  readonly result: 'correct' | 'missed' | 'abstained' | 'false-alarm' | 'quiet' | 'out-of-scope';
  readonly capturesRight: boolean;
}

/** Classes whose name is not the last word of a signature. An empty list: the right answer is none. */
const renamed: Readonly<Record<string, readonly string[]>> = {
  config_syntax_error: ['config.config-syntax'],
  file_permission_denied: ['file.permission-denied'],
  warning_only: [],
  healthy_control: [],
  unexplained_exit: [],
};

export function gradeCase(one: Case, signatures: readonly Signature[], map: ClassMap | undefined): Grade {
  const match = bestMatch(signatures, {
    cause: one.timedOut ? 'timeout' : 'exit',
    exit: one.exit,
    stdout: one.stdout,
    stderr: [one.stderr, ...observed(one)].join('\n'),
  });
  const signature = match?.signature.id;
  const accepted = [one.class, ...(one.alsoAccept ?? [])].flatMap((name) => signaturesFor(name, signatures, map));
  const isAccepted = signature !== undefined && accepted.includes(signature);
  const capturesRight = Object.entries(one.captures).every(([name, value]) => match?.captures[name] === String(value));
  return { case: one, signature, result: resultOf(one, signature, isAccepted, accepted.length > 0), capturesRight };
}

function resultOf(one: Case, signature: string | undefined, isAccepted: boolean, isInScope: boolean): Grade['result'] {
  if (one.healthy) return signature === undefined || isAccepted ? 'quiet' : 'false-alarm';
  if (!isInScope) return 'out-of-scope';
  if (signature === undefined) return 'abstained';
  return isAccepted ? 'correct' : 'missed';
}

function observed({ evidence }: Case): string[] {
  return typeof evidence === 'string' ? [] : evidence.map(({ text }) => text);
}

function signaturesFor(name: string, signatures: readonly Signature[], map: ClassMap | undefined): readonly string[] {
  if (map) return [map[name] ?? []].flat();
  const word = name.replaceAll('_', '-');
  return renamed[name] ?? signatures.map(({ id }) => id).filter((id) => id.endsWith(`.${word}`));
}
