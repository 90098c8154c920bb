import { resemblancesIn, type ActionCall, type Plan } from '@duovir/protocol';
import type { FindingDraft } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import { quote } from '../finding/quote.ts';
import { isOnlyPlaceholders, probePlaceholderFindings, unknownPlaceholder } from '../floor/placeholder-rule.ts';
import { textsIn } from '../placeholder/texts.ts';
import { programKind } from '../program/catalogue.ts';
import { resolveCommand } from '../program/command.ts';

/**
 * The plan lists the placeholders it uses: each once, of the kind its form says, and no others. Where in a step they
 * may stand is the floor's question, asked again by the runner.
 */
export function placeholderCheckFindings(plan: Plan): FindingDraft[] {
  return [...listFindings(plan), ...wordFindings(plan), ...goalFindings(plan), ...scriptFindings(plan)];
}

function listFindings(plan: Plan): FindingDraft[] {
  const { placeholders = [], ...rest } = plan;
  const used = new Set(
    [...textsIn(rest)].flatMap(({ text }) => resemblancesIn(text).map(({ start, end }) => text.slice(start, end))),
  );
  return placeholders.flatMap(({ placeholder, kind }, index): FindingDraft[] => {
    const evidence = [pointer('placeholders', index)];
    const [whole] = resemblancesIn(placeholder);
    if (whole?.start !== 0 || whole.end !== placeholder.length || whole.kind !== kind)
      return [
        {
          rule: 'check.placeholder-form',
          severity: 'critical',
          step: null,
          claim: `${quote(placeholder)} is no placeholder for a value of kind ${kind}.`,
          evidence,
          suggestion: 'List placeholders as they were given, each with the kind its form says.',
        },
      ];
    if (placeholders.findIndex((other) => other.placeholder === placeholder) !== index)
      return [
        {
          rule: 'check.placeholder-once',
          severity: 'critical',
          step: null,
          claim: `${quote(placeholder)} is listed twice; it could stand for two values.`,
          evidence,
          suggestion: 'List it once.',
        },
      ];
    if (used.has(placeholder)) return [];
    return [
      {
        rule: 'check.placeholder-used',
        severity: 'critical',
        step: null,
        claim: `${quote(placeholder)} is listed, and the plan does not use it; its value would be handed out for nothing.`,
        evidence,
        suggestion: 'Leave it out.',
      },
    ];
  });
}

/**
 * Titles, reasons and settings are words for people: a placeholder there is never restored, but must not be an invented
 * one either. What the person wrote, goal and inputs, is theirs.
 */
function wordFindings({ placeholders = [], steps, source }: Plan): FindingDraft[] {
  const listed = new Set(placeholders.map(({ placeholder }) => placeholder));
  const unknown = (words: unknown, step: string | null, ...at: (string | number)[]): FindingDraft[] =>
    [...textsIn(words)].flatMap(({ text, path }) =>
      resemblancesIn(text)
        .map(({ start, end }) => text.slice(start, end))
        .filter((written) => !listed.has(written))
        .map((written) => unknownPlaceholder(written, step, [pointer(...at, ...path)])),
    );
  return [
    ...steps.flatMap(({ id, title, settings, secrets, compensate }, index) => [
      ...unknown({ id, title, settings, secrets }, id, 'steps', index),
      ...(compensate.kind === 'none' ? unknown(compensate, id, 'steps', index, 'compensate') : []),
    ]),
    ...unknown(source.draft, null, 'source', 'draft'),
  ];
}

/** Probes that belong to no execution: the goal's, and those that let a step be skipped. */
function goalFindings({ goal, steps, placeholders = [] }: Plan): FindingDraft[] {
  return [
    ...goal.successCriteria.flatMap((probe, index) =>
      probePlaceholderFindings(probe, placeholders, ['goal', 'successCriteria', index], null),
    ),
    ...steps.flatMap(({ id, check }, index) =>
      check ? probePlaceholderFindings(check, placeholders, ['steps', index, 'check'], id) : [],
    ),
  ];
}

/** A file that another step runs is code, whatever it is called. So are statements that nobody has seen. */
function scriptFindings({ steps }: Plan): FindingDraft[] {
  const run = new Set(steps.flatMap(({ call }) => wordsRun(call)));
  const queried = new Set(steps.flatMap(({ call }) => wordsQueried(call)));
  return steps.flatMap(({ id, call }, index): FindingDraft[] => {
    if (call.action !== 'file.write@1') return [];
    const { path, content } = call.with;
    const isRun = run.has(path) || (queried.has(path) && isOnlyPlaceholders(content));
    if (!isRun || resemblancesIn(content).length === 0) return [];
    return [
      {
        rule: 'check.placeholder-script',
        severity: 'critical',
        step: id,
        claim: `${quote(path)} is run as a program by another step; no value may be put into a program.`,
        evidence: [pointer('steps', index, 'call', 'with', 'content')],
        suggestion: 'Let the program read the value from a file of its own, or from its standard input.',
      },
    ];
  });
}

/** Words of a command that could name the file of a program. */
function wordsRun(call: ActionCall): readonly string[] {
  if (call.action !== 'command.run@1' && call.action !== 'service.start@1') return [];
  const command = resolveCommand(call.with.argv);
  if (command.kind === 'opaque') return call.with.argv;
  const kind = programKind(command.name);
  return kind === 'interprets' || kind === 'launches' ? call.with.argv : [command.path];
}

function wordsQueried(call: ActionCall): readonly string[] {
  if (call.action !== 'command.run@1') return [];
  const command = resolveCommand(call.with.argv);
  return command.kind === 'program' && programKind(command.name) === 'queries' ? command.arguments : [];
}
