import { allNodes, type CommandNode } from '../completion/command-tree.ts';
import { exitCodes } from '../exit-code.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

/** docs/reference/cli.md, from the commands themselves and the table of exit codes. */
export function cliReference(root: CommandNode): string {
  const commands = allNodes(root).filter(({ path, children }) => path.length > 0 && children.length === 0);
  return [
    '# The command line',
    '',
    'Written by `node packages/cli/src/reference/write.ts` from the commands themselves; do not edit. Results go to standard',
    'output, errors to standard error: one line that says what is wrong, one that says how to solve it. Colours and redrawing',
    'are left out where the output is not a terminal, with `NO_COLOR`, and with `TERM=dumb`.',
    '',
    '## For every command',
    '',
    ...options(root),
    '| variable | meaning |',
    '|---|---|',
    '| `DUOVIR_STATE` | state directory, when `--state` is not given |',
    '| `DUOVIR_URL` | server to talk to, when `--url` is not given |',
    '| `DATABASE_URL` | at `init`, and the first `up`: your own PostgreSQL instead of one that Duovir starts |',
    '| `NO_COLOR` | no colours |',
    '| `DUOVIR_DEBUG` | the whole error behind the two lines |',
    '',
    '## Exit codes',
    '',
    '| code | meaning |',
    '|---|---|',
    ...Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${cell(meaning)} |`),
    '',
    ...commands.flatMap(section),
  ].join('\n');
}

function section(node: CommandNode): string[] {
  return [
    `## ${node.usage}`,
    '',
    `${sentence(node.description)}`,
    '',
    ...(node.arguments.length === 0
      ? []
      : [
          '| argument | meaning |',
          '|---|---|',
          ...node.arguments.map(({ term, description }) => `| \`${term}\` | ${cell(description)} |`),
          '',
        ]),
    ...options(node),
  ];
}

function options(node: CommandNode): string[] {
  if (node.options.length === 0) return [];
  const rows = node.options.map(({ flags, description }) => `| \`${flags}\` | ${cell(description)} |`);
  return ['| option | meaning |', '|---|---|', ...rows, ''];
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
