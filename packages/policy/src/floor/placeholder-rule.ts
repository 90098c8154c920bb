import {
  resemblancesIn,
  sinksOf,
  type ActionCall,
  type BoundPlaceholder,
  type ExecutionSubject,
  type Probe,
  type Sink,
} from '@duovir/protocol';
import type { FindingDraft } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import { quote } from '../finding/quote.ts';
import { sinkInCall, sinkInProbe } from '../placeholder/sink.ts';
import { textsIn, type FoundText, type TextPath } from '../placeholder/texts.ts';
import { programKind } from '../program/catalogue.ts';
import { resolveCommand } from '../program/command.ts';
import { runsInlineCode } from '../program/inline-code.ts';
import type { SubjectPlace } from './subject-text.ts';

type Bound = readonly BoundPlaceholder[];

/** Every placeholder is one that the plan lists, and stands where a value of its kind may be put in (Invariant 10). */
export function placeholderFindings({ call, verify, placeholders = [] }: ExecutionSubject, place: SubjectPlace) {
  return [
    ...callPlaceholderFindings(call, placeholders, place.call, place.step),
    ...verify.flatMap((probe, index) =>
      probePlaceholderFindings(probe, placeholders, [...place.verify, index], place.step),
    ),
  ];
}

function callPlaceholderFindings(call: ActionCall, bound: Bound, at: TextPath, step: string): FindingDraft[] {
  return [...textsIn(call)].flatMap((found) =>
    textFindings(found, isCode(call, found.path) ? undefined : sinkInCall(call, found.path), bound, at, step),
  );
}

export function probePlaceholderFindings(probe: Probe, bound: Bound, at: TextPath, step: string | null) {
  return [...textsIn(probe)].flatMap((found) =>
    textFindings(found, isCode(probe, found.path) ? undefined : sinkInProbe(found.path), bound, at, step),
  );
}

function textFindings(
  { text, path, isName }: FoundText,
  sink: Sink | undefined,
  bound: Bound,
  at: TextPath,
  step: string | null,
): FindingDraft[] {
  return resemblancesIn(text).flatMap(({ start, end, kind }): FindingDraft[] => {
    const written = text.slice(start, end);
    const evidence = [pointer(...at, ...path)];
    if (!bound.some(({ placeholder, kind: listed }) => placeholder === written && listed === kind))
      return [unknownPlaceholder(written, step, evidence)];
    if (!isName && sink !== undefined && sinksOf[kind].includes(sink)) return [];
    return [
      {
        rule: 'floor.placeholder-place',
        severity: 'critical',
        step,
        claim: `${quote(written)} stands for a value of kind ${kind}, which may not be put in at this place.`,
        evidence,
        suggestion: `Let the value go into ${sinksOf[kind].join(', ') || 'nothing'}; never into code or a path.`,
      },
    ];
  });
}

export function unknownPlaceholder(written: string, step: string | null, evidence: string[]): FindingDraft {
  return {
    rule: 'floor.placeholder-unknown',
    severity: 'critical',
    step,
    claim: `${quote(written)} has the form of a placeholder, and the plan lists none like it.`,
    evidence,
    suggestion: 'Use placeholders exactly as they were given, and list each with its kind; write none yourself.',
  };
}

/** Whether a text would be read as a program: its place is then no place for a value, whatever the field (Invariant 10). */
function isCode(called: ActionCall | Probe, [, field, index]: TextPath): boolean {
  if (called.action === 'file.write@1') return field === 'content' && isScript(called.with.path, called.with.content);
  if (!('argv' in called.with) || (field !== 'argv' && field !== 'stdin')) return false;
  const { argv } = called.with;
  const command = resolveCommand(argv);
  if (command.kind === 'opaque') return true;
  if (field === 'argv' && index === argv.length - command.arguments.length - 1) return true;
  const kind = programKind(command.name);
  const stdin = 'stdin' in called.with ? called.with.stdin : undefined;
  if (kind === 'launches') return true;
  if (kind === 'queries') return field === 'stdin' && isOnlyPlaceholders(stdin ?? '');
  if (kind !== 'interprets') return false;
  const isFile = command.arguments[0]?.startsWith('/') === true;
  return !isFile || runsInlineCode(command, stdin);
}

/** Nobody has seen any of it: as a statement or a script it could do anything. */
export function isOnlyPlaceholders(text: string): boolean {
  return (
    text.trim() !== '' && text.split(/\s+/).every((word) => word === '' || /^ZQX_[A-Z]+_\d+_[0-9A-F]{8}$/.test(word))
  );
}

function isScript(path: string, content: string): boolean {
  return content.startsWith('#!') || /\.(?:[bdkz]?a?sh|py|pl|rb|php|lua|[cm]?js|ts|awk|tcl)$/.test(path);
}
