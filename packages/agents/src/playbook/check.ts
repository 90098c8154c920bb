import { canonicalJson } from '@duovir/protocol';
import { AgentError, type DocumentPath } from '../error.ts';
import { resolveInputs, whyInvalid } from './input-values.ts';
import { playbookSchema, type Playbook } from './playbook-schema.ts';
import { checked, type Checked, type Problem } from './problem.ts';
import { renderPlaybook, SANDBOX_STEP } from './render.ts';
import { shaped } from './source-file.ts';
import { referencesOf } from './template.ts';
import type { YamlDocument } from './yaml-document.ts';

const PLAYBOOK_SCHEMA_FILE = 'docs/reference/playbook.schema.json';

/** Proves of a playbook what can be proved without running it. */
export function checkPlaybook(document: YamlDocument): Checked<Playbook> {
  const parsed = shaped(document, playbookSchema, PLAYBOOK_SCHEMA_FILE);
  if (parsed.kind === 'problems') return parsed;
  const playbook = parsed.value;
  const problems = [
    ...inputProblems(playbook, document),
    ...stepProblems(playbook, document),
    ...referenceProblems(playbook, document),
  ];
  if (problems.length === 0) problems.push(...renderProblems(playbook, document));
  return checked(playbook, problems);
}

function problem(document: YamlDocument, path: DocumentPath, message: string, remedy: string): Problem {
  return { file: document.file, ...document.locate(path), message, remedy };
}

function inputProblems(playbook: Playbook, document: YamlDocument): Problem[] {
  return Object.entries(playbook.inputs).flatMap(([name, input]) => {
    const path = ['inputs', name];
    const samples = 'examples' in input ? (input.examples ?? []) : [];
    const found = [input.default, ...samples].flatMap((value) => {
      const why = value === undefined ? undefined : whyInvalid(input, value);
      return why === undefined
        ? []
        : [problem(document, path, `${name}: ${why}`, 'Correct the default, the example or the limits.')];
    });
    if (input.default === undefined && samples.length === 0)
      found.push(
        problem(
          document,
          path,
          `${name} has neither a default nor examples.`,
          'Add one: checks render the playbook with it.',
        ),
      );
    return found;
  });
}

function stepProblems(playbook: Playbook, document: YamlDocument): Problem[] {
  const seen = new Set<string>([SANDBOX_STEP]);
  return playbook.steps.flatMap((step, index) => {
    const found = (step.needs ?? [])
      .filter((need) => !seen.has(need))
      .map((need) =>
        problem(
          document,
          ['steps', index, 'needs'],
          `${step.id} needs ${need}, which is no earlier step.`,
          'Name a step above this one; steps run in the order of their needs.',
        ),
      );
    if (seen.has(step.id))
      found.push(problem(document, ['steps', index, 'id'], `A step ${step.id} exists already.`, 'Give it another id.'));
    seen.add(step.id);
    return found;
  });
}

/** Expressions may read only what is there, also in steps that an `if` leaves out of the sample plan. */
function referenceProblems(playbook: Playbook, document: YamlDocument): Problem[] {
  try {
    return referencesOf(document.value).flatMap(({ segments, path }) => {
      const why = whyUnknown(playbook, segments, path);
      return why === undefined
        ? []
        : [problem(document, path, why, 'Read an input, run.id, or item and index inside for-each.')];
    });
  } catch (error) {
    return [asProblem(error, document)];
  }
}

function whyUnknown(playbook: Playbook, segments: readonly string[], path: DocumentPath): string | undefined {
  const [root, name] = segments;
  if (root === 'inputs' && name !== undefined)
    return Object.hasOwn(playbook.inputs, name) ? undefined : `There is no input ${name}.`;
  if (root === 'run' && name === 'id' && segments.length === 2) return undefined;
  const step = path[0] === 'steps' && typeof path[1] === 'number' ? playbook.steps[path[1]] : undefined;
  if ((root === 'item' || root === 'index') && step?.['for-each'] !== undefined && path[2] !== 'for-each')
    return undefined;
  return `There is no ${segments.join('.')} here.`;
}

function renderProblems(playbook: Playbook, document: YamlDocument): Problem[] {
  const samples = Object.fromEntries(
    Object.entries(playbook.inputs).map(([name, input]) => [
      name,
      input.default ?? ('examples' in input ? input.examples?.[0] : undefined) ?? null,
    ]),
  );
  const resolved = resolveInputs(playbook.inputs, samples);
  if (resolved.kind === 'invalid')
    return resolved.problems.map(({ input, why }) => problem(document, ['inputs', input], why, 'Correct the example.'));
  try {
    const plan = renderPlaybook(playbook, {
      pack: 'sample',
      packDigest: `sha256:${'0'.repeat(64)}`,
      run: `run-${'a'.repeat(20)}`,
      revision: 1,
      salt: '0'.repeat(32),
      goal: playbook.goal.statement,
      inputs: resolved.inputs,
      environment: 'development',
      dataClass: 'internal',
      occupiedPorts: [],
    });
    canonicalJson(plan);
    return duplicateProbes(plan.goal.successCriteria, ['goal', 'successCriteria'], document);
  } catch (error) {
    return [asProblem(error, document)];
  }
}

function duplicateProbes(
  probes: readonly { readonly id: string }[],
  path: DocumentPath,
  document: YamlDocument,
): Problem[] {
  return probes.flatMap(({ id }, index) =>
    probes.findIndex((other) => other.id === id) === index
      ? []
      : [problem(document, [...path, index], `A probe ${id} exists already.`, 'Give it another id.')],
  );
}

function asProblem(error: unknown, document: YamlDocument): Problem {
  if (!(error instanceof AgentError)) throw error;
  return problem(document, error.path, error.message, error.remedy);
}
