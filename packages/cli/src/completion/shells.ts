import { allNodes, type CommandNode } from './command-tree.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A script that makes the shell complete commands, options and their values. */
export function completionScript(shell: Shell, root: CommandNode): string {
  return { bash, zsh, fish }[shell](root);
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function wordsOf(root: CommandNode, node: CommandNode): { readonly word: string; readonly description: string }[] {
  const options = node === root ? node.options : [...node.options, ...root.options];
  return [
    ...node.children.map(({ path, description }) => ({ word: path.at(-1) ?? '', description })),
    ...node.arguments.flatMap(({ values }) => values.map((word) => ({ word, description: '' }))),
    ...options.map(({ word, description }) => ({ word, description })),
  ];
}

/** Options with a closed set of values, by word; all nodes agree on what an option of that name takes. */
function choices(root: CommandNode): Map<string, readonly string[]> {
  const options = allNodes(root).flatMap((node) => node.options);
  return new Map(options.filter(({ values }) => values.length > 0).map(({ word, values }) => [word, values]));
}

/** Deepest first: the first pattern that fits wins. */
const deepestFirst = (root: CommandNode): CommandNode[] =>
  allNodes(root).toSorted((a, b) => b.path.length - a.path.length);

const pattern = (node: CommandNode): string => (node.path.length === 0 ? '*' : `${quote(node.path.join(' '))}*`);

function bash(root: CommandNode): string {
  const values = [...choices(root)].map(([word, list]) => `    ${word}) words=${quote(list.join(' '))} ;;`);
  const cases = deepestFirst(root).map(
    (node) =>
      `      ${pattern(node)}) words=${quote(
        wordsOf(root, node)
          .map(({ word }) => word)
          .join(' '),
      )} ;;`,
  );
  return `# bash completion for duovir: eval "$(duovir completion bash)"
_duovir() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$previous" in
    --state|--export) COMPREPLY=($(compgen -d -- "$current")); return ;;
${values.join('\n')}
    *) case "$path" in
${cases.join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _duovir duovir
`;
}

function zsh(root: CommandNode): string {
  const describe = ({ word, description }: { word: string; description: string }): string =>
    quote(`${word.replaceAll(':', '\\:')}:${description}`);
  const cases = deepestFirst(root).map(
    (node) => `    ${pattern(node)}) words_found=(${wordsOf(root, node).map(describe).join(' ')}) ;;`,
  );
  const values = [...choices(root)].map(
    ([word, list]) => `    ${word}) compadd -- ${list.map(quote).join(' ')}; return ;;`,
  );
  return `#compdef duovir
# zsh completion for duovir: eval "$(duovir completion zsh)"
_duovir() {
  local -a words_found
  local word_path="\${(j: :)\${(@)words[2,CURRENT-1]:#-*}}"
  case "\${words[CURRENT-1]}" in
    --state) _directories; return ;;
${values.join('\n')}
  esac
  case "$word_path" in
${cases.join('\n')}
  esac
  _describe 'duovir' words_found
}
compdef _duovir duovir
`;
}

function fish(root: CommandNode): string {
  const lines = allNodes(root).flatMap((node) => {
    const seen = node.path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const siblings = node.children.map(({ path }) => path.at(-1) ?? '').join(' ');
    const here = node.children.length > 0 ? [...seen, `not __fish_seen_subcommand_from ${siblings}`] : seen;
    const when = here.length === 0 ? '' : ` -n ${quote(here.join('; and '))}`;
    const always = seen.length === 0 ? '' : ` -n ${quote(seen.join('; and '))}`;
    return [
      ...node.children.map(
        ({ path, description }) => `complete -c duovir -f${when} -a ${path.at(-1) ?? ''} -d ${quote(description)}`,
      ),
      ...node.options.map(({ word, description, takesValue, values }) => {
        const value = takesValue ? ` -r${values.length > 0 ? ` -f -a ${quote(values.join(' '))}` : ''}` : '';
        return `complete -c duovir${always} -l ${word.replace(/^-+/, '')}${value} -d ${quote(description)}`;
      }),
    ];
  });
  return `# fish completion for duovir: duovir completion fish | source\n${lines.join('\n')}\n`;
}
