// Every check and test of the project, in the order in which a mistake is cheapest to find.
//
//   node tools/check.ts [--all] [stage …]     --all: go on after a failing stage; stages: only these
import { examples } from './check/examples.ts';
import { tool } from './check/tool.ts';
import { runStages, type Stage } from './check/stage.ts';
import { unitTests } from './check/unit-tests.ts';
import { verifiers } from './check/verifiers.ts';

const stages: readonly Stage[] = [
  tool('format', 'oxfmt', ['--check', '.']),
  tool('types', 'tsc', ['-b']),
  tool('lint', 'oxlint', ['--type-aware', '--deny-warnings']),
  tool('names', 'node', ['tools/names.ts']),
  tool('documents', 'node', ['tools/documents.ts']),
  tool('reference', 'node', ['tools/reference.ts', '--check']),
  tool('unused', 'knip', []),
  unitTests,
  verifiers,
  examples,
];

const words = process.argv.slice(2);
const chosen = words.filter((word) => word !== '--all');
const unknown = chosen.filter((name) => stages.every((stage) => stage.name !== name));
if (unknown.length > 0) {
  console.error(`no stage ${unknown.join(', ')}; there are: ${stages.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else {
  const selected = stages.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
  process.exitCode = await runStages(selected, { stopAtFailure: !words.includes('--all') });
}
